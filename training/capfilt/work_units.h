#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "training/capfilt/video_pictures.h"

namespace blip {

// What is done, or done again, as a whole: one shard, or a few videos.
struct WorkUnit {
  enum class Kind { kShard, kVideos, kHuman };

  std::int64_t number = 0;  // names its files in the output
  Kind kind = Kind::kShard;
  std::filesystem::path shard;     // kShard and kHuman
  std::vector<VideoInput> videos;  // kVideos
  std::string name;                // for people: the shard, or the first video
};

struct WorkInputs {
  std::vector<std::filesystem::path> found;  // tar shards, folders of them, videos, folders of videos, annotations.json
  std::vector<std::filesystem::path> human;  // tar shards and folders of them, whose captions are true
  std::int64_t videos_per_unit = 20;         // at least 1
};

struct WorkPlan {
  std::vector<WorkUnit> units;  // those of `human` last
  std::string inputs_id;        // changes when a file is added, taken away, renamed or of another size
};

// Nothing is opened but folders and annotations.json. Throws Error(kNotFound) for an input that is not there or holds
// neither shards nor videos, Error(kInvalidArgument) when there is none or a file is given twice.
WorkPlan plan_work(const WorkInputs& inputs);

// Throws what read_shard_pictures throws.
std::unique_ptr<PictureReader> open_unit(const WorkUnit& unit, const ShotOptions& shots);

}  // namespace blip
