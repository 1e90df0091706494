#pragma once

#include <functional>
#include <memory>
#include <string>

#include "training/distributed/collective_call.h"
#include "training/distributed/communicator_from_environment.h"
#include "training/distributed/rank_environment.h"

namespace blip {

// Several processes over c10d: Gloo for tensors in memory, NCCL for those on a GPU. Tensors: dense, any number of
// dimensions up to 8, of the same shape and dtype on every rank, which is checked. One thread at a time.
// After an Error(kFailed) nothing more can be done with it.
class ProcessGroupCommunicator final : public Communicator {
 public:
  // Waits for the other ranks. Throws Error(kFailed) naming those that did not come.
  ProcessGroupCommunicator(const RankEnvironment& environment, const CommunicatorOptions& options);
  ~ProcessGroupCommunicator() override;

  int rank() const noexcept override;
  int size() const noexcept override;
  void average_(torch::Tensor& tensor) override;
  void sum_(torch::Tensor& tensor) override;
  void broadcast_(torch::Tensor& tensor) override;
  torch::Tensor gather(const torch::Tensor& tensor) override;
  torch::Tensor gather_with_grad(const torch::Tensor& tensor) override;
  void barrier() override;

 private:
  struct Connections;

  void agree(Collective kind, const torch::Tensor& tensor);
  void sum_of_ranks(torch::Tensor& tensor);
  torch::Tensor rows_of_ranks(const torch::Tensor& tensor);

  std::unique_ptr<Connections> connections_;
  std::int64_t calls_ = 0;
};

}  // namespace blip
