#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/kernels/weight_form.h"

namespace blip {

constexpr bool quantized(WeightForm form) {
  return form == WeightForm::kInt8 || form == WeightForm::kInt4;
}
constexpr std::int64_t group_count(std::int64_t in) {
  return (in + kGroup - 1) / kGroup;
}
constexpr std::int64_t block_count(std::int64_t out) {
  return (out + kBlock - 1) / kBlock;
}

std::string_view form_name(WeightForm form) noexcept;  // "float16"

// Bytes of W in the form: 4, 2, 2, 1.03 or 0.53 a weight, and what rounding up to blocks and groups adds.
std::int64_t form_bytes(WeightForm form, std::int64_t out, std::int64_t in) noexcept;
// Those of a block's weights, without scales; kInt8 and kInt4.
std::int64_t block_bytes(WeightForm form, std::int64_t in) noexcept;

// W or the upper part of it. Quantised weights need not be aligned, but are faster at 64 bytes.
struct StoredWeights {
  const void* data = nullptr;
  std::int64_t out = 0;
  std::shared_ptr<const void> owner;  // of the bytes; may be null where the caller keeps them
};

// Quantises weights [out, in] of a floating-point form: fills form_bytes(to, out, in) bytes at `stored`. The steps of
// kInt8 are the smallest that reach a group's largest weight; those of kInt4 are the ones with the least squared error
// of a few. On `threads` threads, with the same result for any number. Throws Error(kInvalidData) for a weight that is
// not finite or too large for a float16 scale.
void quantize_weights(WeightForm from, const void* weights, std::int64_t out, std::int64_t in, WeightForm to,
                      void* stored, int threads);

// Row `row` of W as floats: y [in].
void read_weights(WeightForm form, const void* stored, std::int64_t out, std::int64_t in, std::int64_t row, float* y);

}  // namespace blip
