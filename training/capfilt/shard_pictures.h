#pragma once

#include <filesystem>
#include <memory>

#include "training/capfilt/found_picture.h"

namespace blip {

// Which texts of a shard's samples are wanted.
enum class ShardTexts {
  kFound,  // what may be wrong: "web" ({"text", "label"} or a text) where it is there, else the captions, else KEY.txt
  kHuman,  // the captions, else KEY.txt; a sample without any fails
};

// The samples of one tar shard (WebDataset: KEY.jpg, .jpeg or .png with KEY.json or KEY.txt), in its order. Samples
// that its damage takes away are failures after the others: as many as the manifest beside it counts, else one. Throws
// Error(kNotFound, kInvalidData) for a file that is no tar archive of samples.
std::unique_ptr<PictureReader> read_shard_pictures(const std::filesystem::path& shard, ShardTexts texts);

}  // namespace blip
