#pragma once

#include <cstdint>
#include <vector>

#include "training/model/named_tensor.h"

namespace blip {

// Momentum features of the last batches, the ITC loss's further keys (MoCo, arXiv 1911.05722). A ring: the newest
// overwrite the oldest.
class FeatureQueue {
 public:
  // embed_width: E; size: Q, a multiple of every batch put in. with_idx: keys carry the number of their picture
  // (retrieval; -100 = none yet). Filled with random unit vectors from LibTorch's generator.
  FeatureQueue(std::int64_t embed_width, std::int64_t size, bool with_idx, const torch::Device& device);

  // image, text [B, E] unit length; idx [B] int64 or undefined. Throws c10::Error unless B divides Q.
  void enqueue(const torch::Tensor& image, const torch::Tensor& text, const torch::Tensor& idx = {});

  const torch::Tensor& images() const noexcept { return images_; }  // [E, Q]
  const torch::Tensor& texts() const noexcept { return texts_; }    // [E, Q]
  torch::Tensor idx() const { return idx_.view(-1); }               // [Q] int64

  // Under the original's names: image_queue, text_queue, queue_ptr, or idx_queue and ptr_queue.
  std::vector<NamedTensor> state() const;

 private:
  torch::Tensor images_, texts_;  // [E, Q]
  torch::Tensor idx_;             // [1, Q] int64, or undefined
  torch::Tensor pointer_;         // [1] int64, on the CPU: where the next batch goes
};

}  // namespace blip
