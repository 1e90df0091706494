#pragma once

#include <vector>

#include "training/optim/flat_parameters.h"

namespace blip {

// The momentum encoders' parameters (MoCo, arXiv 1911.05722; ALBEF, arXiv 2107.07651): an exponential moving average of
// the first parameters of a FlatParameters, in one pass.
class MomentumCopy {
 public:
  // copies: of parameters' first slices, one a slice, of the same sizes; they become views of one buffer. Their values
  // are kept. `parameters` must outlive the copy.
  MomentumCopy(FlatParameters& parameters, const std::vector<NamedTensor>& copies);

  void update(double momentum);  // copy = momentum * copy + (1 - momentum) * parameter
  void assign();                 // copy = parameter, whatever the copy was

 private:
  torch::Tensor source_, copy_;
};

}  // namespace blip
