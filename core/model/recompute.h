#pragma once

#include <functional>

#include "core/model/torch_compat.h"

namespace blip {

// body(input) without keeping what lies between for backward, which runs body again instead, with the same random
// numbers: gradient checkpointing (arXiv 1604.06174). Parameters that body reads get their gradients, too. `body` and
// what it refers to must live until backward; input must require a gradient or body(input) is not differentiated.
torch::Tensor recompute(std::function<torch::Tensor(const torch::Tensor&)> body, const torch::Tensor& input);

}  // namespace blip
