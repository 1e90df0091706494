#pragma once

#include <string>
#include <string_view>

namespace blip {

// Python's str.lower(), Java's in the root locale: code point by code point, but for the final sigma and the dotted
// capital I. Malformed bytes become U+FFFD.
std::string lower_case(std::string_view text);

}  // namespace blip
