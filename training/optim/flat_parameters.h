#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "training/model/named_tensor.h"

namespace blip {

// Trained parameters laid end to end in one buffer and their gradients in another, so that the optimiser, the momentum
// update, the all-reduce and the norm are one pass each instead of one a tensor. Each parameter becomes a view of
// values() and its gradient a view of gradients(), into which backward accumulates.
class FlatParameters {
 public:
  struct Slice {
    std::string name;
    std::int64_t begin = 0, size = 0;  // numbers
  };

  // Parameters: leaves that require a gradient, float32, all on one device, each once. Throws c10::Error otherwise.
  explicit FlatParameters(const std::vector<NamedTensor>& parameters);

  torch::Tensor& values() noexcept { return values_; }                   // [P] float, gaps between parameters are 0
  torch::Tensor& gradients() noexcept { return gradients_; }             // [P] float
  const std::vector<Slice>& slices() const noexcept { return slices_; }  // in the order of the parameters
  std::int64_t parameter_count() const noexcept;                         // without the gaps

  void zero_gradients();
  double gradient_norm() const;  // L2, of all parameters together
  void clip_gradients(double norm,
                      double max_norm);  // scales by max_norm / norm where norm is above; torch's clip_grad_norm_

 private:
  torch::Tensor values_, gradients_;
  std::vector<Slice> slices_;
};

// Where parameters of these sizes lie: each begins at a multiple of 16 numbers. Returns the begins and, last, the
// length.
std::vector<std::int64_t> flat_layout(const std::vector<std::int64_t>& sizes);

}  // namespace blip
