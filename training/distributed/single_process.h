#pragma once

#include "training/distributed/communicator.h"

namespace blip {

// One process alone: every collective is the identity.
class SingleProcess final : public Communicator {
 public:
  int rank() const noexcept override { return 0; }
  int size() const noexcept override { return 1; }
  void average_(torch::Tensor&) override {}
  void sum_(torch::Tensor&) override {}
  void broadcast_(torch::Tensor&) override {}
  torch::Tensor gather(const torch::Tensor& tensor) override;
  torch::Tensor gather_with_grad(const torch::Tensor& tensor) override;
  void barrier() override {}
};

}  // namespace blip
