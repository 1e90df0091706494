#include "training/config/recipe_differences.h"

#include <algorithm>
#include <map>

#include "training/config/recipe_writer.h"

namespace blip {
namespace {

bool changes_no_weight(const std::string& key) {
  static const std::vector<std::string> kExact = {
      "log_every",           "export_half",          "model.init",      "model.vocab",    "data.root",
      "data.workers",        "data.prefetch",        "data.max_broken", "data.verify",    "data.features",
      "model.image_encoder", "model.language_model", "model.bert",      "model.tokenizer"};
  return std::find(kExact.begin(), kExact.end(), key) != kExact.end() || key.starts_with("checkpoints.") ||
         key.starts_with("validation.") || key.starts_with("data.val");
}

}  // namespace

std::vector<std::string> recipe_differences(const Recipe& before, const Recipe& now) {
  const auto as_map = [](const Recipe& recipe) {
    std::map<std::string, std::string> values;
    for (auto& [key, value] : recipe_values(recipe))
      if (!changes_no_weight(key)) values.emplace(key, value);
    return values;
  };
  const auto was = as_map(before), is = as_map(now);
  std::vector<std::string> lines;
  for (const auto& [key, value] : was) {
    const auto found = is.find(key);
    if (found == is.end()) {
      lines.push_back(key + " was " + value + " and is no more");
    } else if (found->second != value) {
      lines.push_back(key + " was " + value + " and is " + found->second);
    }
  }
  for (const auto& [key, value] : is)
    if (!was.contains(key)) lines.push_back(key + " is new: " + value);
  return lines;
}

}  // namespace blip
