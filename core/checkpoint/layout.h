#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/checkpoint/model_config.h"
#include "core/checkpoint/tensor_map.h"
#include "core/checkpoint/tensor_shapes.h"

namespace blip {

bool is_blip2(const TensorMap& tensors);  // by its query_tokens

// Which class of the original code wrote these tensors (original names). Throws Error(kInvalidData) naming `source` and
// what was found.
Layout detect_layout(const TensorMap& tensors, const std::string& source);

// Every tensor of a layout; an LM head's decoder.{weight,bias} and bias included.
TensorShapes expected_tensors(Layout layout, const ModelConfig& config);

// True for what training leaves in a checkpoint and inference does not need: momentum copies, queues, temperatures,
// position_ids.
bool is_training_state(std::string_view name);

// Throws Error(kInvalidData), one line with the count and the first ten names, if a tensor is missing, unexpected, of
// another shape, or not of type float32, float16 or bfloat16. Training state is not looked at.
void check_tensors(const TensorMap& tensors, const TensorShapes& expected, const std::string& source);

}  // namespace blip
