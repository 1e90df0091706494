#include "pipelines/records/srt_writer.h"

#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/cue_text.h"

namespace blip {

std::string SrtWriter::spell(const TimedRecord& record) {
  const std::string text = cue_text(record.text);
  if (text.empty()) return {};
  return std::to_string(++cues_) + '\n' + cue_timing(record.start, record.end, ',') + '\n' + text + "\n\n";
}

}  // namespace blip
