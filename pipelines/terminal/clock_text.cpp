#include "pipelines/terminal/clock_text.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace blip {

std::string clock_text(std::int64_t nanoseconds, char decimal_sign) {
  const std::int64_t milliseconds = (std::max<std::int64_t>(nanoseconds, 0) + 500'000) / 1'000'000;
  std::ostringstream out;
  out << std::setfill('0') << std::setw(2) << milliseconds / 3'600'000 << ':' << std::setw(2)
      << milliseconds / 60'000 % 60 << ':' << std::setw(2) << milliseconds / 1000 % 60 << decimal_sign << std::setw(3)
      << milliseconds % 1000;
  return out.str();
}

std::string cue_timing(std::int64_t start, std::int64_t end, char decimal_sign) {
  return clock_text(start, decimal_sign) + " --> " + clock_text(std::max(end, start + kSecond / 1000), decimal_sign);
}

std::string seconds_text(std::int64_t nanoseconds) {
  std::ostringstream out;
  if (nanoseconds < 0) out << '-';
  const std::int64_t size = std::abs(nanoseconds);
  out << size / kSecond << '.' << std::setfill('0') << std::setw(9) << size % kSecond;
  std::string text = out.str();
  const std::size_t shortest = text.size() - 6;
  while (text.size() > shortest && text.back() == '0') text.pop_back();
  return text;
}

std::string short_duration_text(std::int64_t nanoseconds) {
  const std::int64_t seconds = (std::max<std::int64_t>(nanoseconds, 0) + kSecond / 2) / kSecond;
  std::ostringstream out;
  out << std::setfill('0');
  if (seconds >= 3600) out << seconds / 3600 << ':' << std::setw(2);
  out << seconds / 60 % 60 << ':' << std::setw(2) << seconds % 60;
  return out.str();
}

}  // namespace blip
