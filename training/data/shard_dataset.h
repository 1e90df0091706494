#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "training/data/dataset.h"
#include "training/data/item_texts.h"

namespace blip {

// Pictures with texts in tar shards, WebDataset naming: KEY.jpg (.jpeg, .png) and KEY.json, whose fields item_texts.h
// lists, or KEY.txt with one caption. image_index is the sample's index. Shards are indexed when the data set is made;
// a sample is read from its place in the file when asked for.
class ShardDataset final : public Dataset {
 public:
  // `path`: a folder of .tar files, taken in the order of their names, or one of them. Throws Error(kNotFound,
  // kInvalidData) naming it: no shards, no whole sample, not readable.
  ShardDataset(const std::filesystem::path& path, TextKind text);

  std::int64_t size() const noexcept override { return starts_.back(); }
  std::vector<std::int64_t> shard_sizes() const override;
  Sample read(std::int64_t index, std::uint64_t choice) const override;
  Sample read_text(std::int64_t index, std::uint64_t choice) const override;
  const std::vector<std::string>& warnings() const noexcept override { return warnings_; }

 private:
  Sample read_sample(std::int64_t index, std::uint64_t choice, bool with_picture) const;

  struct Shard {
    std::filesystem::path file;
    std::vector<std::int64_t> positions;
  };

  TextKind text_;
  std::vector<Shard> shards_;
  std::vector<std::int64_t> starts_{0};  // index of each shard's first sample, and the end
  std::vector<std::string> warnings_;
};

// The texts of one sample's files. Throws Error(kInvalidData) naming `where`.
ItemTexts parse_shard_texts(const std::string* json, const std::string* txt, const std::string& where);

}  // namespace blip
