#include "pipelines/captioning/caption_record.h"

#include "pipelines/elements/element_record.h"

namespace blip {

TimedRecord parse_caption_record(std::string_view json, bool token_ids) {
  return parse_element_record("blipcaption", json, [token_ids](const nlohmann::json& fields, TimedRecord& record) {
    const double score = fields.at("score").get<double>(), confidence = fields.at("confidence").get<double>();
    const auto ids = fields.at("token_ids").get<std::vector<std::int64_t>>();
    record.details = {{"score", nlohmann::json(score).dump()}, {"confidence", nlohmann::json(confidence).dump()}};
    if (token_ids) record.details.emplace_back("token_ids", nlohmann::json(ids).dump());
  });
}

}  // namespace blip
