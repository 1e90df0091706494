#pragma once

#include <filesystem>
#include <string>

namespace blip {

// A file of text that goes with a model's weights.
struct SmallFile {
  std::string name, text;
};

std::string read_text_file(const std::filesystem::path& path);  // throws what map_file() throws
void write_text_file(const std::filesystem::path& path, const std::string& text);

bool is_there(const std::filesystem::path& path);  // a link to nothing is there, too

// True if the file is yet to be written into `folder`; throws Error(kInvalidArgument) if it is there with another
// content.
bool is_needed(const std::filesystem::path& folder, const SmallFile& file);

}  // namespace blip
