#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string_view>

#include "pipelines/records/timed_record.h"

namespace blip {

// Reads one record as the text pad of an element gives it in JSON: "source", "start" and "end" in seconds, "text"; then
// `read_details` takes the rest. Throws Error(kInvalidData) naming the element when a field is missing or of another
// type.
TimedRecord parse_element_record(std::string_view element, std::string_view json,
                                 const std::function<void(const nlohmann::json& fields, TimedRecord&)>& read_details);

}  // namespace blip
