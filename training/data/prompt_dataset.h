#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "training/data/dataset.h"
#include "training/data/text_lines.h"

namespace blip {

// JSON lines {"image": path, "prompt": text (optional), "text": text}: what a language model is shown of a picture, and
// what it is to say. Lines of one picture follow one another or not; paths begin at `root`. Texts are taken as they
// are.
class PromptDataset final : public Dataset {
 public:
  // Throws Error(kNotFound, kInvalidData) naming the file and the line.
  PromptDataset(const std::filesystem::path& file, std::filesystem::path root);

  std::int64_t size() const noexcept override { return static_cast<std::int64_t>(lines_.size()); }
  Sample read(std::int64_t index, std::uint64_t choice) const override;
  Sample read_text(std::int64_t index, std::uint64_t choice) const override;
  std::int64_t picture_count() const noexcept override { return static_cast<std::int64_t>(pictures_.size()); }
  std::int64_t picture_of(std::int64_t index) const override { return lines_[static_cast<std::size_t>(index)].picture; }
  RgbImage read_picture(std::int64_t picture) const override;
  const std::vector<std::string>& warnings() const noexcept override { return warnings_; }
  std::vector<std::filesystem::path> pictures() const;

 private:
  struct Line {
    std::int64_t picture = 0;
    PromptedText text;
  };

  std::filesystem::path root_;
  std::vector<Line> lines_;
  std::vector<std::string> pictures_;
  std::vector<std::string> warnings_;
};

}  // namespace blip
