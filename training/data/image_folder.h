#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "training/data/annotations.h"

namespace blip {

struct ImageFolder {
  std::vector<CaptionEntry> entries;  // paths relative to the folder
  std::vector<std::string> warnings;  // a picture without text, a line each
};

// The pictures of a folder (.jpg, .jpeg, .png, also in folders within it, in the order of their paths) with NAME.txt
// beside them, a caption a line. Throws Error(kNotFound, kInvalidData, kFailed) when there is no such folder or no such
// picture, or a text is empty or not UTF-8.
ImageFolder read_image_folder(const std::filesystem::path& folder);

}  // namespace blip
