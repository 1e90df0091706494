#include "pipelines/serve/http/byte_range.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace blip {
namespace {

constexpr std::string_view kUnit = "bytes=";

// Nothing for what is no number; a number too large for 64 bits is the largest.
std::optional<std::uint64_t> number(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  std::uint64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) return UINT64_MAX;
  return value;
}

}  // namespace

ByteRange parse_range(std::string_view header, std::uint64_t size) {
  const ByteRange whole{ByteRange::Kind::kWhole, 0, size};
  if (header.substr(0, kUnit.size()) != kUnit) return whole;
  const std::string_view range = header.substr(kUnit.size());
  const std::size_t dash = range.find('-');
  if (range.find(',') != std::string_view::npos) return whole;
  const ByteRange refused{ByteRange::Kind::kUnsatisfiable, 0, 0};
  if (dash == std::string_view::npos) return refused;
  const auto first = number(range.substr(0, dash));
  const auto last = number(range.substr(dash + 1));
  const bool suffix = dash == 0;
  const bool open = dash + 1 == range.size();
  if ((suffix && !last) || (!suffix && !first) || (!open && !last)) return refused;
  if (suffix) {
    const std::uint64_t length = std::min(*last, size);
    if (length == 0) return refused;
    return {ByteRange::Kind::kPart, size - length, length};
  }
  if ((last && *last < *first) || *first >= size) return refused;
  const std::uint64_t end = last ? std::min(*last, size - 1) : size - 1;
  return {ByteRange::Kind::kPart, *first, end - *first + 1};
}

}  // namespace blip
