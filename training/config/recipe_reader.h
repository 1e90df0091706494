#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "training/config/recipe.h"

namespace blip {

// Reads a recipe strictly and then puts `settings` over it: each "section.key=value" as on the command line (--set),
// the value in YAML: "optimizer.lr=1e-4", "data.train=[{kind: shards, path: train}]". Keys that the file leaves out
// have the defaults of recipe.h. Throws Error(kInvalidData) "FILE:LINE: …" for what is wrong in the file,
// kInvalidArgument
// "--set …: …" for a setting, and kInvalidData "FILE: …" for values that do not go together.
Recipe read_recipe(const std::filesystem::path& file, const std::vector<std::string>& settings = {});

// The same from memory; `name` stands for the file in messages.
Recipe parse_recipe(const std::string& yaml, const std::string& name, const std::vector<std::string>& settings = {});

}  // namespace blip
