#pragma once

#include <cstdint>

#include "core/base/tensor_view.h"

namespace blip {

// Position embeddings for another picture size: the [CLS] row is kept, the g x g rows of the patches are interpolated
// to grid x grid as PyTorch's bicubic does (a = -0.75, no antialias), in float32. `align_corners` as there: LAVIS sets
// it for CLIP's encoder. embedding  [1, g*g + 1, V] float32, float16 or bfloat16, g*g + 1 a square and one more returns
// [1, grid*grid + 1, V] float32, a new buffer
TensorView interpolate_position_embedding(const TensorView& embedding, std::int64_t grid, bool align_corners = false);

}  // namespace blip
