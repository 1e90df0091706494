#include "pipelines/records/vtt_writer.h"

#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/cue_text.h"

namespace blip {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string VttWriter::spell(const TimedRecord& record) {
  const std::string text = escaped(cue_text(record.text));
  if (text.empty()) return {};
  return cue_timing(record.start, record.end, '.') + '\n' + text + "\n\n";
}

}  // namespace blip
