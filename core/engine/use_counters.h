#pragma once

#include <atomic>
#include <cstdint>

namespace blip {

// What a model has done since it was loaded. Written by the thread that computes, read from any.
struct UseCounters {
  std::atomic<std::uint64_t> images_encoded{0};  // through the ViT
  std::atomic<std::uint64_t> features_reused{0};
  std::atomic<std::uint64_t> vision_batches{0};
  std::atomic<std::uint64_t> texts_encoded{0};  // ITC texts and ITM pairs
  std::atomic<std::uint64_t> sequences{0};
  std::atomic<std::uint64_t> decode_steps{0};
};

}  // namespace blip
