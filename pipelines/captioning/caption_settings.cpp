#include "pipelines/captioning/caption_settings.h"

#include "pipelines/terminal/usage_error.h"

namespace blip {

void CaptionSettings::validate() const {
  if (min_length > max_length)
    throw UsageError("--min-length " + std::to_string(min_length) + " is above --max-length " +
                     std::to_string(max_length) + "; it may be at most as large");
}

std::vector<std::string> CaptionSettings::warnings() const {
  if (top_p > 0) return {};
  const CaptionSettings defaults;
  std::string idle;
  const auto add = [&idle](bool was_set, const char* option) {
    if (was_set) idle += (idle.empty() ? "" : ", ") + std::string(option);
  };
  add(top_k != defaults.top_k, "--top-k");
  add(temperature != defaults.temperature, "--temperature");
  add(seed != defaults.seed, "--seed");
  if (idle.empty()) return {};
  return {idle + " without --top-p: nothing is sampled"};
}

}  // namespace blip
