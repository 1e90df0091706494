#include "pipelines/captioning/caption_record.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "pipelines/captioning/clock_text.h"

namespace blip {
namespace {

std::int64_t nanoseconds(const nlohmann::json& seconds) {
  return std::llround(seconds.get<double>() * static_cast<double>(kSecond));
}

}  // namespace

CaptionRecord parse_caption_record(std::string_view json) {
  try {
    const auto fields = nlohmann::json::parse(json);
    CaptionRecord record;
    record.source = fields.at("source").get<std::string>();
    record.start = nanoseconds(fields.at("start"));
    record.end = nanoseconds(fields.at("end"));
    record.text = fields.at("text").get<std::string>();
    record.score = fields.at("score").get<double>();
    record.confidence = fields.at("confidence").get<double>();
    record.token_ids = fields.at("token_ids").get<std::vector<std::int64_t>>();
    return record;
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorKind::kInvalidData, std::string("the element 'blipcaption' sent a record that cannot be read (") +
                                             e.what() + "); do the plug-in and gst-blip come from one build?");
  }
}

}  // namespace blip
