#pragma once

#include "core/model/torch_compat.h"

namespace blip {

void seed_random_numbers(std::uint64_t seed);  // of every device

// The state of LibTorch's generator for this device: [bytes] uint8 on the CPU.
torch::Tensor random_state(const torch::Device& device);
// Throws c10::Error for bytes that are no such state.
void set_random_state(const torch::Device& device, const torch::Tensor& state);

}  // namespace blip
