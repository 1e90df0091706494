#pragma once

#include "core/checkpoint/model_config.h"
#include "core/checkpoint/tensor_shapes.h"

namespace blip {

// Adds what a layout of BLIP-2 has behind its image encoder: `query_tokens`, `Qformer.*`, heads,
// `language_projection.*` and `language_model.*` under Hugging Face's names. A language model's head is there only
// where it is not tied.
void add_blip2_shapes(ShapeList& list, Layout layout, const ModelConfig& config);

}  // namespace blip
