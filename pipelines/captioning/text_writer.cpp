#include "pipelines/captioning/text_writer.h"

#include "pipelines/captioning/clock_text.h"
#include "pipelines/captioning/cue_text.h"

namespace blip {

std::string TextWriter::spell(const CaptionRecord& record) {
  std::string line;
  if (show_source_) line += one_line(record.source) + ": ";
  if (!record.still) line += clock_text(record.start, '.') + " --> " + clock_text(record.end, '.') + "  ";
  return line + one_line(record.text) + '\n';
}

}  // namespace blip
