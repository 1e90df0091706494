#include "pipelines/elements/element_record.h"

#include <cmath>
#include <string>

#include "core/base/error.h"
#include "pipelines/terminal/clock_text.h"

namespace blip {
namespace {

std::int64_t nanoseconds(const nlohmann::json& seconds) {
  return std::llround(seconds.get<double>() * static_cast<double>(kSecond));
}

}  // namespace

TimedRecord parse_element_record(std::string_view element, std::string_view json,
                                 const std::function<void(const nlohmann::json& fields, TimedRecord&)>& read_details) {
  try {
    const auto fields = nlohmann::json::parse(json);
    TimedRecord record;
    record.source = fields.at("source").get<std::string>();
    record.start = nanoseconds(fields.at("start"));
    record.end = nanoseconds(fields.at("end"));
    record.text = fields.at("text").get<std::string>();
    read_details(fields, record);
    return record;
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorKind::kInvalidData, "the element '" + std::string(element) +
                                             "' sent a record that cannot be read (" + e.what() +
                                             "); do the plug-in and gst-blip come from one build?");
  }
}

}  // namespace blip
