#pragma once

#include "core/model/torch_compat.h"

namespace blip {

class Communicator;

// By what a mean over this rank's tokens is multiplied so that the mean of all ranks is the mean over all their tokens:
// own tokens x ranks / all tokens. labels [B, T] int64 as lm_loss() takes them. 1 without other ranks.
double token_share(const torch::Tensor& labels, Communicator* communicator);

}  // namespace blip
