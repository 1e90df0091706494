#pragma once

#include "core/model/blip.h"

namespace blip {

// Draws the weights of a new model from LibTorch's generator as the original does: the ViT's Linears and embeddings
// from a normal distribution of deviation 0.02 cut at 2, its patch projection, the ITC projections and the heads as
// torch.nn's defaults, MED from a normal distribution of deviation 0.02; biases 0, norms 1 and 0. Tied tensors are
// drawn once.
void draw_weights(Blip& model);

}  // namespace blip
