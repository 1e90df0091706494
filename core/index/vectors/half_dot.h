#pragma once

#include <cstdint>
#include <vector>

namespace blip {

using Half = std::uint16_t;  // the bits of an IEEE binary16

// Instruction sets that there are dot products for, each faster than those before it.
enum class DotIsa { kBaseline, kAvx2, kAvx512 };

std::vector<DotIsa> dot_isas();  // those that this CPU has, the best one last
const char* name_of(DotIsa isa) noexcept;

// Rows and queries are this many numbers wide, or a multiple; the rest is zeros.
inline constexpr std::int64_t kDotWidth = 32;

// scores[q * score_stride + i] = row picked[i] . query q, products and sums in single precision. rows [any, width], on
// a 64-byte boundary; picked [count]; queries [query_count, width], on one, too, for speed. A score depends on its row
// and its query alone, bit by bit: not on what is computed beside it.
using HalfDots = void (*)(const Half* rows, std::int64_t width, const std::int32_t* picked, std::int64_t count,
                          const float* queries, std::int64_t query_count, float* scores, std::int64_t score_stride);

HalfDots half_dots(DotIsa isa);
HalfDots half_dots();  // of the best one

}  // namespace blip
