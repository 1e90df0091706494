#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace blip {

// Where the samples of one tar archive lie. A sample is the run of files whose names agree up to the first dot of their
// last part (WebDataset).
struct ShardIndex {
  std::vector<std::int64_t> positions;  // bytes from the archive's start to the header of each sample's first file
  std::vector<std::string> warnings;    // one line each: it ends early, samples missing that its manifest counts
};

// Reads all headers of `shard`, and NNN.json beside NNN.tar if it is there. Of an archive that ends early the whole
// samples are indexed. Throws Error naming the file: kNotFound, kInvalidData (no tar archive, a key twice), kFailed.
ShardIndex index_shard(const std::filesystem::path& shard);

struct ShardSample {
  std::string key;
  std::vector<std::pair<std::string, std::string>> files;  // (extension, bytes) in the archive's order

  const std::string* find(const std::string& extension) const noexcept;  // null when there is none
};

// The sample whose first header lies at `position`. Opens the file anew, so several threads may read one shard. Throws
// Error(kInvalidData, kFailed) naming shard and position.
ShardSample read_shard_sample(const std::filesystem::path& shard, std::int64_t position);

}  // namespace blip
