#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/generate/options.h"

namespace blip {

// The options with what the checkpoint decides filled in: BeamScoring::kAuto becomes the scoring of the code the
// checkpoint comes from, and max_length is checked against the model's positions. Throws Error(kInvalidArgument).
GenerationOptions resolve(GenerationOptions options, const Checkpoint& checkpoint);

}  // namespace blip
