#include "training/trainer/training_state.h"

#include <map>
#include <string>

#include "core/base/error.h"
#include "training/optim/flat_parameters.h"
#include "training/trainer/random_state.h"
#include "training/trainer/tensor_bytes.h"

namespace blip {
namespace {

torch::Device device_of(FlatParameters& parameters) {
  return parameters.values().device();
}

struct DistinctState {
  std::vector<NamedTensor> tensors;
  std::map<std::string, std::string> ties;  // a further name of a tensor -> its first one
};

DistinctState distinct_state(const TrainingTask& task) {
  DistinctState distinct;
  std::map<std::pair<const void*, std::vector<std::int64_t>>, std::string> first;
  for (NamedTensor& named : task.state()) {
    const auto [known, is_new] = first.try_emplace({named.tensor.data_ptr(), named.tensor.sizes().vec()}, named.name);
    if (is_new) {
      distinct.tensors.push_back(std::move(named));
    } else {
      distinct.ties.emplace(named.name, known->second);
    }
  }
  return distinct;
}

const TensorView& find(const TensorMap& tensors, const std::string& name) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) throw Error(ErrorKind::kInvalidData, "'" + name + "' is missing in the checkpoint");
  return found->second;
}

std::string random_name(int rank, bool device) {
  return (device ? "random.device." : "random.") + std::to_string(rank);
}

// Calls body(name, part of the buffer) for both moments of every parameter.
template <class Body>
void for_each_moment(FlatParameters& parameters, AdamW& optimizer, Body&& body) {
  for (const auto& slice : parameters.slices()) {
    body("optimizer.exp_avg." + slice.name, optimizer.exp_avg().narrow(0, slice.begin, slice.size));
    body("optimizer.exp_avg_sq." + slice.name, optimizer.exp_avg_sq().narrow(0, slice.begin, slice.size));
  }
}

}  // namespace

void capture_training_state(TrainingTask& task, AdamW& optimizer, Communicator& communicator,
                            TrainingCheckpoint& checkpoint) {
  TensorMap& tensors = checkpoint.tensors;
  DistinctState state = distinct_state(task);
  checkpoint.ties = std::move(state.ties);
  for (const auto& [name, tensor] : state.tensors) tensors.emplace("model." + name, view_of(tensor));
  for_each_moment(task.flat_parameters(), optimizer,
                  [&](const std::string& name, const torch::Tensor& part) { tensors.emplace(name, view_of(part)); });
  const torch::Device device = device_of(task.flat_parameters());
  for (const bool of_device : {false, true}) {
    if (of_device && device.is_cpu()) break;
    const auto states = communicator.gather(random_state(of_device ? device : torch::kCPU).unsqueeze(0));
    for (int rank = 0; rank < communicator.size(); ++rank)
      tensors.emplace(random_name(rank, of_device), view_of(states[rank].clone()));
  }
}

void restore_training_state(const TensorMap& tensors, TrainingTask& task, AdamW& optimizer,
                            const Communicator& communicator) {
  for (const auto& [name, tensor] : distinct_state(task).tensors)
    copy_into(tensor, find(tensors, "model." + name), name);
  for_each_moment(task.flat_parameters(), optimizer, [&](const std::string& name, const torch::Tensor& part) {
    copy_into(part, find(tensors, name), name);
  });
  const torch::Device device = device_of(task.flat_parameters());
  for (const bool of_device : {false, true}) {
    if (of_device && device.is_cpu()) break;
    const auto& stored = find(tensors, random_name(communicator.rank(), of_device));
    auto state = torch::empty(stored.shape, torch::kUInt8);
    copy_into(state, stored, "random numbers");
    set_random_state(of_device ? device : torch::Device(torch::kCPU), state);
  }
}

StateSnapshot::StateSnapshot(const TrainingTask& task) : device_(torch::kCPU) {
  for (const auto& [name, tensor] : distinct_state(task).tensors) {
    tensors_.emplace_back(tensor, tensor.detach().clone());
    device_ = tensor.device();
  }
  cpu_random_ = random_state(torch::kCPU);
  if (!device_.is_cpu()) device_random_ = random_state(device_);
}

void StateSnapshot::restore() const {
  torch::NoGradGuard no_grad;
  for (const auto& [live, copy] : tensors_) torch::Tensor(live).copy_(copy);
  set_random_state(torch::kCPU, cpu_random_);
  if (!device_.is_cpu()) set_random_state(device_, device_random_);
}

}  // namespace blip
