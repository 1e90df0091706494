#include "training/config/recipe_catalog.h"

#include <cstdlib>
#include <set>
#include <system_error>

#include "core/base/error.h"

namespace blip {
namespace fs = std::filesystem;

std::vector<fs::path> recipe_folders() {
  std::vector<fs::path> folders;
  if (const char* folder = std::getenv("BLIP_RECIPES"); folder != nullptr && *folder != '\0')
    folders.emplace_back(folder);
  folders.emplace_back(BLIP_RECIPES_SOURCE);
  folders.emplace_back(BLIP_RECIPES_INSTALLED);
  return folders;
}

fs::path find_recipe(const std::string& name) {
  std::error_code ignored;
  if (name.find('/') != std::string::npos || name.ends_with(".yaml")) {
    if (fs::is_regular_file(name, ignored)) return name;
    throw Error(ErrorKind::kNotFound, "no such recipe '" + name + "'; check the path");
  }
  std::set<std::string> names;
  for (const fs::path& folder : recipe_folders()) {
    if (fs::is_regular_file(folder / (name + ".yaml"), ignored)) return folder / (name + ".yaml");
    for (const auto& entry : fs::directory_iterator(folder, ignored))
      if (entry.path().extension() == ".yaml") names.insert(entry.path().stem().string());
  }
  std::string known;
  for (const std::string& each : names) known += (known.empty() ? "" : ", ") + each;
  throw Error(ErrorKind::kNotFound,
              "no recipe '" + name + "'; give a path or one of: " + (known.empty() ? "(none are installed)" : known));
}

}  // namespace blip
