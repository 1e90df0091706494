#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "training/benchmarks/benchmark.h"

namespace blip {

// Finds the picture or video that an annotation file names. The name as it is counts first; then, in the same places,
// the same name with another extension of its kind, because clips are passed around as .avi, .mp4 and .webm; a name
// without an extension may be any of them.
class MediaFinder {
 public:
  explicit MediaFinder(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

  std::optional<std::filesystem::path> find(const std::string& name) const;
  const std::vector<std::filesystem::path>& folders() const noexcept { return folders_; }

 private:
  std::optional<std::filesystem::path> in_folders(const std::filesystem::path& name) const;

  std::vector<std::filesystem::path> folders_;
};

// By the extension; what is no picture's counts as a video.
MediaKind media_kind(const std::filesystem::path& file);

}  // namespace blip
