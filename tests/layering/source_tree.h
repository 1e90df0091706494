#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace blip::layering {

struct Include {
  std::string path;
  bool quoted = false;  // "path" rather than <path>
  std::size_t line = 0;
};

// A C++ source file, read.
struct SourceFile {
  std::string path;  // from the root of the tree, with '/'
  std::vector<std::string> lines;
  std::vector<Include> includes;

  bool is_header() const { return path.ends_with(".h"); }
  std::string folder() const;     // "core/text"
  std::string base_name() const;  // "tokenizer"
};

// All .h and .cpp files of these folders below `root`, sorted by path; a folder that is not there is left out.
std::vector<SourceFile> read_sources(const std::filesystem::path& root, const std::vector<std::string>& folders);

// All folders below these, from the root of the tree, sorted.
std::vector<std::string> list_folders(const std::filesystem::path& root, const std::vector<std::string>& folders);

// Whether `path` is `place` or lies in the folder `place`.
bool lies_in(const std::string& path, const std::string& place);

}  // namespace blip::layering
