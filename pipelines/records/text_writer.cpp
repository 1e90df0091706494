#include "pipelines/records/text_writer.h"

#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/cue_text.h"

namespace blip {

std::string TextWriter::spell(const TimedRecord& record) {
  std::string line;
  if (show_source_) line += one_line(record.source) + ": ";
  if (!record.timeless) line += clock_text(record.start, '.') + " --> " + clock_text(record.end, '.') + "  ";
  line += one_line(record.text);
  if (!record.remark.empty()) line += "  (" + one_line(record.remark) + ")";
  return line + '\n';
}

}  // namespace blip
