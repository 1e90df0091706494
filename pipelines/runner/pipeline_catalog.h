#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace blip {

// The pipeline files that come with gst-blip, for a program in `program`: installed, or in the source of this build.
// Sorted by name. Throws Error(kNotFound) naming the folders when there is no catalog.
std::vector<std::filesystem::path> list_catalog(const std::filesystem::path& program);

// What "gst-blip run X" means: a file when X names one (it has a '/', ends in .yaml, or is there), else the catalog's
// X.yaml. Throws Error(kNotFound) listing the catalog's names.
std::filesystem::path find_pipeline(const std::filesystem::path& program, const std::string& name_or_file);

}  // namespace blip
