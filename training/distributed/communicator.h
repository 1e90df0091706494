#pragma once

#include "core/model/torch_compat.h"

namespace blip {

// The processes that train one model together, each with its own share of the global batch. One process alone is a
// Communicator, too: every call is the identity then. Calls are collective: every rank makes the same ones in the same
// order. Throws Error(kFailed) within seconds when another rank is gone.
class Communicator {
 public:
  virtual ~Communicator() = default;
  virtual int rank() const noexcept = 0;
  virtual int size() const noexcept = 0;

  virtual void average_(torch::Tensor& tensor) = 0;    // in place: the mean over ranks (gradients)
  virtual void sum_(torch::Tensor& tensor) = 0;        // in place: the sum over ranks (metrics)
  virtual void broadcast_(torch::Tensor& tensor) = 0;  // in place: rank 0's value
  // Concatenation of every rank's tensor along dimension 0, in rank order; equal shapes. No gradient
  // ("concat_all_gather").
  virtual torch::Tensor gather(const torch::Tensor& tensor) = 0;
  // The same with gradient: backward gives each rank the sum over ranks of the gradients of its own slice
  // ("all_gather_with_grad").
  virtual torch::Tensor gather_with_grad(const torch::Tensor& tensor) = 0;
  virtual void barrier() = 0;
};

}  // namespace blip
