#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace blip {

// Parses one JSON document nested at most 64 deep. Throws Error(kInvalidData) that names `source` and the byte where it
// is wrong.
nlohmann::json parse_json(std::string_view text, const std::string& source);

}  // namespace blip
