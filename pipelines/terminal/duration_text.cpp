#include "pipelines/terminal/duration_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "pipelines/terminal/clock_text.h"

namespace blip {
namespace {

struct Unit {
  std::string_view name;
  double seconds;
};

constexpr std::array<Unit, 6> kUnits{
    {{"", 1}, {"s", 1}, {"ms", 1e-3}, {"min", 60}, {"h", 3600}, {"d", 86400}}};
constexpr double kLongest = 1e9;  // seconds

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !(number >= 0)) return std::nullopt;
  const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : kUnits) {
    if (unit.name != name) continue;
    const double seconds = number * unit.seconds;
    if (seconds > kLongest) return std::nullopt;
    return std::llround(seconds * static_cast<double>(kSecond));
  }
  return std::nullopt;
}

}  // namespace blip
