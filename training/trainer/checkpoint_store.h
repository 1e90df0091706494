#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "training/trainer/training_checkpoint.h"

namespace blip {

// The checkpoints of one training: OUT/checkpoints/step-NNNNNNNN.
class CheckpointStore {
 public:
  explicit CheckpointStore(std::filesystem::path folder);

  std::filesystem::path path_of(std::int64_t step) const;
  std::vector<std::int64_t> steps() const;  // of the complete ones, rising

  // Replaces one of the same step. Throws Error(kFailed); the others stay as they are.
  void save(const TrainingCheckpoint& checkpoint) const;

  // The newest one that is whole; for each newer one that is damaged, `report` gets a line. Nothing when there is none
  // at all. Throws Error(kInvalidData) when there are some and all are damaged.
  std::optional<TrainingCheckpoint> read_latest(const std::function<void(const std::string&)>& report) const;

  // Removes all but the newest `keep`, those of `also` and what stopped writers left.
  void prune(std::int64_t keep, const std::set<std::int64_t>& also) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace blip
