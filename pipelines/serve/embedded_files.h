#pragma once

#include <cstddef>
#include <string_view>

namespace blip {

// Files that the build puts into the program (embed_files.cmake).
struct EmbeddedFile {
  std::string_view name;
  std::string_view content;
};

extern const EmbeddedFile kEmbeddedFiles[];
extern const std::size_t kEmbeddedFileCount;

}  // namespace blip
