#include "core/checkpoint/position_embedding.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/checkpoint/byte_view.h"
#include "core/checkpoint/float_values.h"

namespace blip {
namespace {

constexpr float kA = -0.75F;  // PyTorch's cubic convolution coefficient

float near_weight(float x) {
  return ((kA + 2) * x - (kA + 3)) * x * x + 1;
}  // |x| <= 1
float far_weight(float x) {
  return ((kA * x - 5 * kA) * x + 8 * kA) * x - 4 * kA;
}  // 1 < |x| < 2

// The four source positions of one target position along a side, and their weights; positions outside are those of the
// edge.
struct Taps {
  std::array<std::int64_t, 4> index{};
  std::array<float, 4> weight{};
};

std::vector<Taps> taps(std::int64_t from, std::int64_t to, bool align_corners) {
  const float aligned_scale = to > 1 ? static_cast<float>(from - 1) / static_cast<float>(to - 1) : 0.0F;
  const float scale = align_corners ? aligned_scale : static_cast<float>(from) / static_cast<float>(to);
  const float shift = align_corners ? 0.0F : 0.5F;
  std::vector<Taps> result(static_cast<std::size_t>(to));
  for (std::int64_t i = 0; i < to; ++i) {
    const float position = scale * (static_cast<float>(i) + shift) - shift;
    const float whole = std::floor(position), t = position - whole;
    Taps& tap = result[static_cast<std::size_t>(i)];
    for (std::size_t k = 0; k < 4; ++k) {
      tap.index[k] =
          std::clamp<std::int64_t>(static_cast<std::int64_t>(whole) + static_cast<std::int64_t>(k) - 1, 0, from - 1);
    }
    tap.weight = {far_weight(t + 1), near_weight(t), near_weight(1 - t), far_weight(2 - t)};
  }
  return result;
}

}  // namespace

TensorView interpolate_position_embedding(const TensorView& embedding, std::int64_t grid, bool align_corners) {
  const std::int64_t rows = embedding.shape.size() == 3 ? embedding.shape[1] : 0;
  const std::int64_t side = std::llround(std::sqrt(static_cast<double>(std::max<std::int64_t>(rows - 1, 0))));
  if (side < 1 || side * side + 1 != rows || embedding.shape[0] != 1 || grid < 1) {
    throw Error(ErrorKind::kInvalidArgument, "position embeddings of " + std::to_string(rows) +
                                                 " rows cannot be interpolated to a grid of " + std::to_string(grid) +
                                                 ": expected [1, g*g + 1, width]");
  }
  const auto width = static_cast<std::size_t>(embedding.shape[2]);
  const std::vector<float> source = float_values(embedding);
  TensorView result{nullptr, DType::kFloat32, {1, grid * grid + 1, embedding.shape[2]}, nullptr};
  const auto buffer = allocate_aligned(result.byte_count());
  auto* target = reinterpret_cast<float*>(buffer.get());
  std::copy_n(source.begin(), width, target);

  const std::vector<Taps> steps = taps(side, grid, align_corners);
  for (std::size_t y = 0; y < steps.size(); ++y) {
    for (std::size_t x = 0; x < steps.size(); ++x) {
      float* out = target + (1 + y * steps.size() + x) * width;
      for (std::size_t j = 0; j < 4; ++j) {
        const auto row = static_cast<std::size_t>(1 + steps[y].index[j] * side);
        std::array<const float*, 4> in{};
        for (std::size_t k = 0; k < 4; ++k)
          in[k] = source.data() + (row + static_cast<std::size_t>(steps[x].index[k])) * width;
        const auto& w = steps[x].weight;
        for (std::size_t c = 0; c < width; ++c) {
          out[c] += steps[y].weight[j] * (in[0][c] * w[0] + in[1][c] * w[1] + in[2][c] * w[2] + in[3][c] * w[3]);
        }
      }
    }
  }
  result.data = target;
  result.owner = buffer;
  return result;
}

}  // namespace blip
