#include "pipelines/searching/chapter_list.h"

#include <algorithm>
#include <string_view>

#include "pipelines/terminal/cue_text.h"

namespace blip {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("=;#\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string chapters_of(std::span<const TimedRecord> records) {
  std::string text = ";FFMETADATA1\n";
  for (const TimedRecord& record : records) {
    const std::string title = one_line(record.text);
    if (title.empty()) continue;
    const std::int64_t start = (record.start + kMillisecond / 2) / kMillisecond;
    const std::int64_t end = std::max(start + 1, (record.end + kMillisecond / 2) / kMillisecond);
    text += "[CHAPTER]\nTIMEBASE=1/1000\nSTART=" + std::to_string(start) + "\nEND=" + std::to_string(end) +
            "\ntitle=" + escaped(title) + "\n";
  }
  return text;
}

}  // namespace blip
