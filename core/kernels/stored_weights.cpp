#include "core/kernels/stored_weights.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/half_float.h"
#include "core/kernels/parallel.h"
#include "core/kernels/stored_loops.h"

namespace blip {
namespace {

std::int64_t element_size(WeightForm form) {
  return form == WeightForm::kFloat32 ? 4 : 2;
}

void widen_row(const StoredLoops& loops, WeightForm form, const void* weights, std::int64_t row, std::int64_t in,
               float* y) {
  const std::byte* from = static_cast<const std::byte*>(weights) + row * in * element_size(form);
  if (form == WeightForm::kFloat32) {
    std::memcpy(y, from, static_cast<std::size_t>(in) * sizeof(float));
  } else if (form == WeightForm::kFloat16) {
    loops.widen_float16(from, in, y);
  } else {
    loops.widen_bfloat16(from, in, y);
  }
}

// The smallest half that is at least `value`, which is not negative.
std::uint16_t half_not_below(float value) {
  const std::uint16_t nearest = float_to_half(value);
  return half_to_float(nearest) < value ? static_cast<std::uint16_t>(nearest + 1) : nearest;
}

struct Rounded {
  std::int8_t q[kGroup];
  std::uint16_t scale;  // bits of a half
};

Rounded to_int8(const StoredLoops& loops, const float* weights, float largest) {
  Rounded group;
  group.scale = half_not_below(largest / 127);
  loops.round_int8(weights, half_to_float(group.scale), group.q);
  return group;
}

Rounded to_int4(const StoredLoops& loops, const float* weights, float largest) {
  Rounded best, other;
  best.scale = half_not_below(largest / 7);  // reaches both ends
  float least = loops.round_int4(weights, half_to_float(best.scale), best.q);
  // Finer steps, which clip the largest weights. -8 is one more than 7: at the lower end or, for a negative step, the
  // upper one.
  for (const float reach : {-7.25f, 7.5f, -7.5f, 8.0f, -8.0f, 8.5f, -8.5f, 9.0f, -9.0f}) {
    other.scale = float_to_half(largest / reach);
    const float error = loops.round_int4(weights, half_to_float(other.scale), other.q);
    if (error >= least) continue;
    least = error;
    best = other;
  }
  return best;
}

// Where a weight is: its byte in a block, and for kInt4 whether in the upper half.
struct Place {
  std::int64_t byte;
  bool upper;
};
Place place_of(WeightForm form, std::int64_t output, std::int64_t input) {
  const std::int64_t quad = input / 4, in_quad = output * 4 + input % 4, quad_bytes = kBlock * 4;
  if (form == WeightForm::kInt8) return {quad * quad_bytes + in_quad, false};
  return {quad / 2 * quad_bytes + in_quad, quad % 2 == 1};
}

[[noreturn]] void refuse(float largest, std::int64_t output, std::int64_t input) {
  throw Error(ErrorKind::kInvalidData, "cannot quantise weights of output " + std::to_string(output) + " from input " +
                                           std::to_string(input) + " on: found " + std::to_string(largest) +
                                           ", expected finite weights below 400000");
}

constexpr float kLargest = 400000;  // its seventh is a finite half

}  // namespace

std::string_view form_name(WeightForm form) noexcept {
  switch (form) {
    case WeightForm::kFloat16:
      return "float16";
    case WeightForm::kBFloat16:
      return "bfloat16";
    case WeightForm::kInt8:
      return "int8";
    case WeightForm::kInt4:
      return "int4";
    case WeightForm::kFloat32:
      break;
  }
  return "float32";
}

std::int64_t block_bytes(WeightForm form, std::int64_t in) noexcept {
  return kBlock * group_count(in) * kGroup / (form == WeightForm::kInt4 ? 2 : 1);
}

std::int64_t form_bytes(WeightForm form, std::int64_t out, std::int64_t in) noexcept {
  if (!quantized(form)) return out * in * element_size(form);
  return block_count(out) *
         (block_bytes(form, in) + group_count(in) * kBlock * static_cast<std::int64_t>(sizeof(std::uint16_t)));
}

void quantize_weights(WeightForm from, const void* weights, std::int64_t out, std::int64_t in, WeightForm to,
                      void* stored, int threads) {
  if (quantized(from) || !quantized(to))
    throw Error(ErrorKind::kInvalidArgument, "cannot quantise " + std::string(form_name(from)) + " weights to " +
                                                 std::string(form_name(to)) +
                                                 "; expected float32, float16 or bfloat16 to int8 or int4");
  const StoredLoops& loops = stored_loops();
  const std::int64_t groups = group_count(in), blocks = block_count(out);
  auto* bytes = static_cast<std::uint8_t*>(stored);
  std::uint8_t* scales = bytes + blocks * block_bytes(to, in);
  parallel_for(threads, blocks, [&](std::int64_t block, int) {
    std::vector<float> row(static_cast<std::size_t>(groups * kGroup));
    std::uint8_t* own = bytes + block * block_bytes(to, in);
    std::memset(own, to == WeightForm::kInt4 ? 0x88 : 0, static_cast<std::size_t>(block_bytes(to, in)));
    std::vector<std::uint16_t> own_scales(static_cast<std::size_t>(groups * kBlock));
    for (std::int64_t o = 0; o < std::min(kBlock, out - block * kBlock); ++o) {
      const std::int64_t output = block * kBlock + o;
      widen_row(loops, from, weights, output, in, row.data());
      for (std::int64_t g = 0; g < groups; ++g) {
        const float* group = row.data() + g * kGroup;
        const float largest = loops.largest_weight(group);
        if (!(largest < kLargest)) refuse(largest, output, g * kGroup);
        const Rounded rounded =
            to == WeightForm::kInt8 ? to_int8(loops, group, largest) : to_int4(loops, group, largest);
        own_scales[static_cast<std::size_t>(g * kBlock + o)] = rounded.scale;
        for (std::int64_t i = 0; i < kGroup; ++i) {
          const Place place = place_of(to, o, g * kGroup + i);
          if (to == WeightForm::kInt8) {
            own[place.byte] = static_cast<std::uint8_t>(rounded.q[i]);
          } else {
            const auto nibble = static_cast<std::uint8_t>(rounded.q[i] + 8);
            own[place.byte] = place.upper ? static_cast<std::uint8_t>((own[place.byte] & 0x0f) | nibble << 4)
                                          : static_cast<std::uint8_t>((own[place.byte] & 0xf0) | nibble);
          }
        }
      }
    }
    std::memcpy(scales + block * groups * kBlock * 2, own_scales.data(), own_scales.size() * 2);
  });
}

void read_weights(WeightForm form, const void* stored, std::int64_t out, std::int64_t in, std::int64_t row, float* y) {
  if (!quantized(form)) return widen_row(stored_loops(), form, stored, row, in, y);
  const auto* bytes = static_cast<const std::uint8_t*>(stored);
  const std::int64_t groups = group_count(in), block = row / kBlock, output = row % kBlock;
  const std::uint8_t* scales = bytes + block_count(out) * block_bytes(form, in) + block * groups * kBlock * 2;
  const std::uint8_t* own = bytes + block * block_bytes(form, in);
  for (std::int64_t i = 0; i < in; ++i) {
    std::uint16_t scale;
    std::memcpy(&scale, scales + (i / kGroup * kBlock + output) * 2, sizeof(scale));
    const Place place = place_of(form, output, i);
    const int q = form == WeightForm::kInt8 ? static_cast<std::int8_t>(own[place.byte])
                                            : (own[place.byte] >> (place.upper ? 4 : 0) & 0x0f) - 8;
    y[i] = static_cast<float>(q) * half_to_float(scale);
  }
}

}  // namespace blip
