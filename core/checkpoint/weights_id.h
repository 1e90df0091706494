#pragma once

#include <string>

#include "core/checkpoint/model_config.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

// A 64-bit hash of what image features depend on, as 16 hex digits: names, types, shapes and bytes of visual_encoder.*
// in the order of their names, and the numbers of `config.vision`; of a BLIP-2 with a language model, whose features
// are the queries' outputs, the Q-Former and its queries, too. Of a tensor above 256 KiB, 64 evenly spaced blocks of 4
// KiB are hashed (training changes every weight of a layer, so a sample tells two checkpoints apart); smaller ones
// whole. The same on every machine.
std::string weights_id(const TensorMap& tensors, const ModelConfig& config);

// The same of what embeddings depend on: `weights_id` and the two projections of the contrastive head, vision_proj.*
// and text_proj.*, which stand for the text encoder that was trained with them; of BLIP-2 the Q-Former. Empty for a
// checkpoint without them.
std::string embedder_id(const TensorMap& tensors, const ModelConfig& config, const std::string& weights_id);

}  // namespace blip
