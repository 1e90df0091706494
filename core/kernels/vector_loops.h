#pragma once

#include <cstdint>

#include "core/kernels/cpu_isa.h"

namespace blip {

using BFloat16 = std::uint16_t;  // the upper half of a float

// The loops over rows that oneDNN has no primitive for, or only one that costs a pass over memory. One source, compiled
// once an instruction set. Arrays are contiguous; nothing need be aligned; in and out may be the same array where the
// types are.
struct VectorLoops {
  // y = (x - mean) / sqrt(variance + eps) * weight + bias, over one row of `n`.
  void (*layer_norm)(const float* x, const float* weight, const float* bias, float eps, std::int64_t n, float* y);
  void (*gelu)(const float* x, std::int64_t n, float* y);                     // exact: x * (1 + erf(x / sqrt 2)) / 2
  void (*add)(const float* x, const float* other, std::int64_t n, float* y);  // x + other
  float (*max_abs)(const float* x, std::int64_t n);                           // not a number if one of x is none
  float (*largest)(const float* x, std::int64_t n);
  void (*quantize)(const float* x, float inverse_scale, std::int64_t n,
                   std::int8_t* q);                                  // to the nearest, ties to even
  void (*to_bfloat16)(const float* x, std::int64_t n, BFloat16* y);  // to the nearest, ties to even

  // Of an int8 product's row: sums * row_scale * column_scales + bias.
  void (*dequantize)(const std::int32_t* sums, float row_scale, const float* column_scales, const float* bias,
                     std::int64_t n, float* y);
  float (*dequantize_gelu)(const std::int32_t* sums, float row_scale, const float* column_scales, const float* bias,
                           std::int64_t n, float* y);  // returns the largest absolute value of y
  void (*dequantize_add)(const std::int32_t* sums, float row_scale, const float* column_scales, const float* bias,
                         std::int64_t n, float* y);  // y += …
  void (*dequantize_bfloat16)(const std::int32_t* sums, float row_scale, const float* column_scales, const float* bias,
                              std::int64_t n, BFloat16* y);

  // exp(scale * (x - max x)), not yet divided by their sum, which is returned: the caller divides what is made of them.
  float (*softmax_numerators)(const float* x, float scale, std::int64_t n, float* y);
  float (*softmax_numerators_bfloat16)(const float* x, float scale, std::int64_t n, BFloat16* y);
  void (*multiply)(const float* x, float factor, std::int64_t n, float* y);
  float (*dot)(const float* x, const float* y, std::int64_t n);

  // Few queries on many keys. queries: `rows` (1 to kFewQueries) of `width`, `query_stride` apart; keys_t [width,
  // key_stride], token n in column n. scores: `rows`, `score_stride` apart, of `tokens`: queries . keys.
  void (*few_scores)(const float* queries, std::int64_t query_stride, std::int64_t rows, const float* keys_t,
                     std::int64_t key_stride, std::int64_t width, std::int64_t tokens, float* scores,
                     std::int64_t score_stride);
  void (*few_scores_bfloat16)(const float* queries, std::int64_t query_stride, std::int64_t rows,
                              const BFloat16* keys_t, std::int64_t key_stride, std::int64_t width, std::int64_t tokens,
                              float* scores, std::int64_t score_stride);
  // context[r] += weights[r] . values, for `rows` (1 to kFewQueries) rows; values [tokens, width].
  void (*few_contexts)(const float* weights, std::int64_t weight_stride, std::int64_t rows, const float* values,
                       std::int64_t width, std::int64_t tokens, float* context, std::int64_t context_stride);
  void (*few_contexts_bfloat16)(const float* weights, std::int64_t weight_stride, std::int64_t rows,
                                const BFloat16* values, std::int64_t width, std::int64_t tokens, float* context,
                                std::int64_t context_stride);

  // y = x / sqrt(mean of squares + eps) * weight, over one row of `n` (arXiv 1910.07467; T5's LayerNorm).
  void (*rms_norm)(const float* x, const float* weight, float eps, std::int64_t n, float* y);
  void (*relu)(const float* x, std::int64_t n, float* y);        // a NaN becomes 0
  void (*quick_gelu)(const float* x, std::int64_t n, float* y);  // x / (1 + exp(-1.702 x))
  void (*gelu_tanh)(const float* x, std::int64_t n, float* y);   // x * (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
  void (*product)(const float* x, const float* other, std::int64_t n, float* y);                  // x * other
  void (*scale_add)(const float* x, float factor, const float* other, std::int64_t n, float* y);  // x * factor + other

  // Tokens that lie `stride` floats apart, those with the numbers tokens[0 .. count): scores[t] = query . keys of it,
  // and context += the sum of weights[t] * values of it, over `width`.
  void (*gathered_scores)(const float* query, const float* keys, std::int64_t stride, const std::int32_t* tokens,
                          std::int64_t count, std::int64_t width, float* scores);
  void (*gathered_context)(const float* weights, const float* values, std::int64_t stride, const std::int32_t* tokens,
                           std::int64_t count, std::int64_t width, float* context);
};

inline constexpr std::int64_t kFewQueries = 4;

const VectorLoops& vector_loops(CpuIsa isa = cpu_isa());  // the best set for `isa`

}  // namespace blip
