#include "core/checkpoint/message.h"

#include <algorithm>

namespace blip {

Error invalid_data(const std::string& source, const std::string& what) {
  return {ErrorKind::kInvalidData, in_quotes(source) + ": " + what};
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 300;
  std::string result = "'";
  for (const char c : text.substr(0, kLongest)) {
    const auto byte = static_cast<unsigned char>(c);
    result += byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  if (text.size() > kLongest) result += "...";
  return result + "'";
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

std::string first_ten(const std::vector<std::string>& items) {
  const std::size_t shown = std::min<std::size_t>(items.size(), 10);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + items[i];
  if (items.size() > shown) text += ", ... (" + std::to_string(items.size() - shown) + " more)";
  return text;
}

}  // namespace blip
