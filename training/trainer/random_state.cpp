#include "training/trainer/random_state.h"

#include <ATen/Context.h>

#include <mutex>

namespace blip {

void seed_random_numbers(std::uint64_t seed) {
  torch::manual_seed(seed);
}

torch::Tensor random_state(const torch::Device& device) {
  auto generator = at::globalContext().defaultGenerator(device);
  const std::lock_guard<std::mutex> lock(generator.mutex());
  return generator.get_state().clone();
}

void set_random_state(const torch::Device& device, const torch::Tensor& state) {
  auto generator = at::globalContext().defaultGenerator(device);
  const std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_state(state);
}

}  // namespace blip
