#pragma once

#include <string>
#include <vector>

#include "core/checkpoint/checkpoint_assembly.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

// What the tensors of BLIP-2's files say before their sizes are looked at.
struct Blip2Tensors {
  TensorMap tensors;  // of all files, under the names that are used inside
  CheckpointFamily family = CheckpointFamily::kOriginal;
  bool clip = false;  // the image encoder is CLIP's
  std::vector<std::string> warnings;
};

// True if LAVIS' file leaves the part out, which then comes from a file of its own.
bool lacks_vision(const TensorMap& tensors);
bool lacks_language(const TensorMap& tensors);

// Brings all files of a BLIP-2 to the names used inside and fills in ties: the Q-Former's LM head is its word
// embeddings, a language model's head is not there where it is tied to its embeddings. Frozen names that LAVIS saves by
// accident are passed over. Throws Error(kInvalidData).
Blip2Tensors unite_blip2_tensors(const CheckpointParts& parts);

}  // namespace blip
