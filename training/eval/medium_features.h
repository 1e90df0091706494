#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/tensor_view.h"
#include "core/engine/backend.h"

namespace blip {

// The image features of one medium. Both clips are views of the same numbers.
struct MediumFeatures {
  Clip frames;              // a feature object a frame: for what is made of each frame (ITC)
  Clip joined;              // all frames' tokens as one: for what attends to all of them (ITM, questions, captions)
  std::uint64_t bytes = 0;  // without keys and values

  // Frees the keys and values that heads have made; they are made again when needed.
  void drop_derived() const;
};

// Copies the frames' tokens into one place. Throws Error(kFailed) for features of another backend than LibTorch's.
MediumFeatures join_features(std::span<const std::shared_ptr<const ImageFeatures>> frames);

// Tokens as they are kept on disk: [frames, N, V] float32, or float16 if `half`.
TensorView stored_tokens(const MediumFeatures& features, bool half);

// The way back, to where `placement` computes. On the CPU float32 tokens are not copied: the view's owner is kept.
MediumFeatures features_from(const TensorView& tokens, const Placement& placement);

}  // namespace blip
