#include "pipelines/terminal/cue_text.h"

#include <cstddef>

namespace blip {

std::string one_line(std::string_view text) {
  std::string line;
  bool gap = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7F) {
      gap = !line.empty();
      continue;
    }
    if (gap) line += ' ';
    gap = false;
    line += c;
  }
  return line;
}

std::string cue_text(std::string_view text) {
  constexpr std::string_view kArrow = "\u2192";
  std::string line = one_line(text);
  for (std::size_t at = line.find("-->"); at != std::string::npos; at = line.find("-->", at))
    line.replace(at, 3, kArrow);
  return line;
}

}  // namespace blip
