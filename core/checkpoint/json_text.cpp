#include "core/checkpoint/json_text.h"

#include "core/checkpoint/message.h"

namespace blip {

nlohmann::json parse_json(std::string_view text, const std::string& source) {
  constexpr int kDeepest = 64;
  const auto limit_depth = [&source](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    if (depth > kDeepest) {
      throw invalid_data(source, "JSON nested more than " + std::to_string(kDeepest) + " deep");
    }
    return true;
  };
  try {
    return nlohmann::json::parse(text.begin(), text.end(), limit_depth);
  } catch (const nlohmann::json::parse_error& error) {
    throw invalid_data(source,
                       "not valid JSON at byte " + std::to_string(error.byte) + " of " + std::to_string(text.size()));
  } catch (const nlohmann::json::exception&) {
    throw invalid_data(source, "not valid JSON");
  }
}

}  // namespace blip
