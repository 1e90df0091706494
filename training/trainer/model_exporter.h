#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "training/trainer/training_checkpoint.h"

namespace blip {

// Writes what a training made, for use: the model of one of its checkpoints.
class ModelExporter {
 public:
  virtual ~ModelExporter() = default;
  // Into `folder`, replacing what an earlier export left there; `half`: weights in float16. Returns warnings, one line
  // each. Throws Error.
  virtual std::vector<std::string> write(const TrainingCheckpoint& checkpoint, bool half,
                                         const std::filesystem::path& folder) const = 0;
};

}  // namespace blip
