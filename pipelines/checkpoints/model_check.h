#pragma once

#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"

namespace blip {

struct Verified {
  std::string line;                   // begins with "OK"
  std::vector<std::string> warnings;  // one line each
};

// Everything that can be said of a checkpoint without running it: the strict checks of open_checkpoint, the
// vocabulary's size, the checksums of a zip file, and that every weight is finite. Throws Error for the first thing
// that is wrong.
Verified verify_model(const CheckpointOptions& options);

// Throws Error(kInvalidData) with the count and the first ten names if a tensor holds NaN or infinity.
void check_finite(const Checkpoint& checkpoint);

}  // namespace blip
