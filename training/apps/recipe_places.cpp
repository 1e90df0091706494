#include "training/apps/recipe_places.h"

#include <ATen/Context.h>

#include "core/base/error.h"

namespace blip {

std::filesystem::path under_root(const Recipe& recipe, const std::string& path) {
  const std::filesystem::path given = path;
  return recipe.data.root.empty() || given.is_absolute() ? given : std::filesystem::path(recipe.data.root) / given;
}

torch::Device device_of(const Recipe& recipe) {
  if (recipe.device == "cpu") return torch::kCPU;
  if (!at::globalContext().hasCUDA())
    throw Error(ErrorKind::kUnsupported, "device is 'cuda', but LibTorch finds none here; set device=cpu");
  return torch::Device(torch::kCUDA, 0);
}

LinearProduct linear_product(const Recipe& recipe) {
  return recipe.linear == LinearKind::kOneDnn ? LinearProduct::kOneDnn : LinearProduct::kLibTorch;
}

}  // namespace blip
