#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/generate/options.h"

namespace blip {

// The options with what the checkpoint decides filled in: BeamScoring::kAuto becomes the scoring of the code the
// checkpoint comes from, and max_length is checked against the positions of what reads and writes WordPiece. Throws
// Error(kInvalidArgument).
GenerationOptions resolve(GenerationOptions options, const Checkpoint& checkpoint);

// What stands for kAuto; another choice is kept.
BeamScoring resolved_scoring(BeamScoring scoring, const Checkpoint& checkpoint);

// Of options whose lengths count what is generated alone. Throws Error(kInvalidArgument).
void expect_lengths(const GenerationOptions& options);

// How the authors of the models have them write captions and answer questions: the original's options, for BLIP-2 those
// of LAVIS.
GenerationOptions caption_defaults(Layout layout);
GenerationOptions answer_defaults(Layout layout);

}  // namespace blip
