#pragma once

#include <string>
#include <utility>
#include <vector>

#include "training/config/recipe.h"

namespace blip {

// The whole recipe as YAML, defaults written out; reading it gives an equal recipe.
std::string recipe_yaml(const Recipe& recipe);

// Every key with its value as text, in the order of the file: {"optimizer.lr", "0.0003"}, {"data.train[0].path", "…"}.
std::vector<std::pair<std::string, std::string>> recipe_values(const Recipe& recipe);

}  // namespace blip
