#pragma once

#include <cstdint>

namespace blip {

// How a weight matrix W [out, in] lies in memory.
//   kFloat32, kFloat16, kBFloat16: row-major, as checkpoints keep it; read where it is, at any alignment.
//   kInt8, kInt4: quantised to 8 or 4 bits, symmetrically, in groups of kGroup inputs with one float16 scale a group.
// A block of kBlock outputs stays together, so that a product reads one stream. For each block, group and four inputs
// of it: the kBlock outputs' four weights; kInt8 in a byte each, -127 to 127; kInt4 in half a byte each, -8 to 7 as 0
// to 15, the next four inputs in the upper halves. Missing outputs and inputs weigh zero. The scales follow all
// weights: [blocks, groups, kBlock].
enum class WeightForm { kFloat32, kFloat16, kBFloat16, kInt8, kInt4 };

inline constexpr std::int64_t kGroup = 64;
inline constexpr std::int64_t kBlock = 16;

}  // namespace blip
