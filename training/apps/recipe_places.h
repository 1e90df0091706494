#pragma once

#include <filesystem>
#include <string>

#include "core/model/layers.h"
#include "training/config/recipe.h"

namespace blip {

// A path of a recipe's data: relative ones begin at data.root.
std::filesystem::path under_root(const Recipe& recipe, const std::string& path);

// What a recipe computes on. Throws Error(kUnsupported) for a GPU where LibTorch finds none.
torch::Device device_of(const Recipe& recipe);
LinearProduct linear_product(const Recipe& recipe);

}  // namespace blip
