#pragma once

#include <cstdint>
#include <string>

namespace blip {

// Times in this folder are nanoseconds of stream time.
inline constexpr std::int64_t kSecond = 1'000'000'000;

// "00:01:02.345", rounded to the nearest millisecond; hours grow beyond two digits. SubRip writes ',' where others
// write '.'.
std::string clock_text(std::int64_t nanoseconds, char decimal_sign);

// "00:00:03.000 --> 00:00:06.200": when a cue is shown. A cue lasts at least 1 ms, as players drop empty ones.
std::string cue_timing(std::int64_t start, std::int64_t end, char decimal_sign);

// "62.345": seconds with three to nine decimals, no digit lost.
std::string seconds_text(std::int64_t nanoseconds);

// "0:07", "12:05", "1:02:03": a duration for people, rounded to the nearest second.
std::string short_duration_text(std::int64_t nanoseconds);

}  // namespace blip
