#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace blip {

// The folders with recipes that come with the program: $BLIP_RECIPES, the source tree's, the installed one.
std::vector<std::filesystem::path> recipe_folders();

// A recipe by its name ("synth_quick_pretrain") or by a path. Throws Error(kNotFound) that lists the names there are.
std::filesystem::path find_recipe(const std::string& name);

}  // namespace blip
