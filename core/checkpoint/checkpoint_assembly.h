#pragma once

#include <cstdint>
#include <string>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

// What the files of a model hold, before any of it was held against the rest.
struct CheckpointParts {
  TensorMap tensors;                                      // under either family's names
  DeclaredConfig declared;                                // of the config.json, if there is one
  CheckpointFamily family = CheckpointFamily::kOriginal;  // kTransformers too if a tensor has one of its names
  std::int64_t image_size = 0;                            // pixels; 0 = the config's
  std::string source;                                     // the weights' file, for messages
  // Of a BLIP-2 whose frozen parts lie in files of their own; empty where they do not. The language model's config is
  // declared.language.
  TensorMap vision = {}, language = {};
  std::string vision_source = {}, language_source = {};
};

// Names, layout, ties, sizes, strict checks, position embeddings and weights id: all of a Checkpoint but its paths.
// Throws Error.
Checkpoint assemble_checkpoint(CheckpointParts parts);

}  // namespace blip
