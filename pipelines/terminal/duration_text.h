#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace blip {

// "8s", "1.5s", "200ms", "2min" or, in seconds, "8": nanoseconds, rounded. Nothing for another text, a negative number
// or one above 1e9 seconds.
std::optional<std::int64_t> parse_duration(std::string_view text);

}  // namespace blip
