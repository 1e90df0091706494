#include "core/model/few_rows_linear.h"

#include <ATen/Parallel.h>

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace blip {
namespace {

#if defined(__x86_64__)

constexpr int64_t kLanes = 8;
constexpr int64_t kOutputs = 4;             // rows of the weight that a tile takes
constexpr int kTileRows = 3;                // rows of x: with kOutputs as many sums as there are registers for
constexpr int64_t kWorthAThread = 1 << 16;  // weights

bool cpu_can() {
  static const bool can = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return can;
}

__attribute__((target("avx2,fma"))) inline float sum_of_lanes(__m256 lanes) {
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps(lanes, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

// y[r, o] = x[r] . w[o] + b[o] for `kRows` rows of x [., in] and `kOuts` rows of w [., in]; y [., out].
template <int kRows, int kOuts>
__attribute__((target("avx2,fma"))) void tile(const float* x, const float* w, const float* b, float* y, int64_t in,
                                              int64_t out) {
  __m256 sums[kRows][kOuts];
  for (int r = 0; r < kRows; ++r) {
    for (int o = 0; o < kOuts; ++o) sums[r][o] = _mm256_setzero_ps();
  }
  int64_t k = 0;
  for (; k + kLanes <= in; k += kLanes) {
    __m256 weights[kOuts];
    for (int o = 0; o < kOuts; ++o) weights[o] = _mm256_loadu_ps(w + o * in + k);
    for (int r = 0; r < kRows; ++r) {
      const __m256 values = _mm256_loadu_ps(x + r * in + k);
      for (int o = 0; o < kOuts; ++o) sums[r][o] = _mm256_fmadd_ps(values, weights[o], sums[r][o]);
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int o = 0; o < kOuts; ++o) {
      float sum = sum_of_lanes(sums[r][o]);
      for (int64_t rest = k; rest < in; ++rest) sum += x[r * in + rest] * w[o * in + rest];
      y[r * out + o] = sum + b[o];
    }
  }
}

template <int kOuts>
void outputs(const float* x, const float* w, const float* b, float* y, int64_t rows, int64_t in, int64_t out) {
  int64_t r = 0;
  for (; r + kTileRows <= rows; r += kTileRows) tile<kTileRows, kOuts>(x + r * in, w, b, y + r * out, in, out);
  for (; r < rows; ++r) tile<1, kOuts>(x + r * in, w, b, y + r * out, in, out);
}

void linear(const float* x, const float* w, const float* b, float* y, int64_t rows, int64_t in, int64_t out) {
  const int64_t groups = (out + kOutputs - 1) / kOutputs;
  at::parallel_for(0, groups, std::max<int64_t>(1, kWorthAThread / (kOutputs * in)), [&](int64_t begin, int64_t end) {
    for (int64_t o = begin * kOutputs; o < std::min(end * kOutputs, out);) {
      if (o + kOutputs <= out) {
        outputs<kOutputs>(x, w + o * in, b + o, y + o, rows, in, out);
        o += kOutputs;
      } else {
        outputs<1>(x, w + o * in, b + o, y + o, rows, in, out);
        ++o;
      }
    }
  });
}

#endif

}  // namespace

torch::Tensor few_rows_linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias) {
#if defined(__x86_64__)
  const int64_t in = weight.size(1), out = weight.size(0);
  const auto plain = [](const torch::Tensor& tensor) {
    return tensor.device().is_cpu() && tensor.scalar_type() == torch::kFloat32;
  };
  if (at::GradMode::is_enabled() || !cpu_can() || !plain(x) || !plain(weight) || x.dim() == 0 || x.size(-1) != in ||
      x.numel() == 0 || x.numel() > kFewRows * in || !weight.is_contiguous() ||
      (bias.defined() && (!plain(bias) || !bias.is_contiguous()))) {
    return {};
  }
  const auto shift = bias.defined() ? bias : torch::zeros({out}, weight.options());
  const auto rows = x.contiguous();
  auto shape = x.sizes().vec();
  shape.back() = out;
  auto y = torch::empty(shape, x.options());
  linear(rows.data_ptr<float>(), weight.data_ptr<float>(), shift.data_ptr<float>(), y.data_ptr<float>(), x.numel() / in,
         in, out);
  return y;
#else
  return {};
#endif
}

}  // namespace blip
