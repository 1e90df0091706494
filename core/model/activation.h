#pragma once

#include "core/checkpoint/blip2_config.h"
#include "core/model/torch_compat.h"

namespace blip {

torch::Tensor activate(const torch::Tensor& x, Activation activation);  // [...] float -> the same shape

}  // namespace blip
