#pragma once

#include <ctime>
#include <optional>
#include <string>

namespace blip {

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(std::time_t time);
// Of that form only; nothing for all else.
std::optional<std::time_t> parse_http_date(const std::string& text);

}  // namespace blip
