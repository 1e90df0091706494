#pragma once

#include <cstdint>

#include "core/kernels/matmul.h"

namespace blip {

struct HeadShape {
  std::int64_t heads = 0;
  std::int64_t width = 0;  // of one head: D/H
};

// Keys and values of some tokens for all heads; strides count elements. Channel d of head h of token n is at
// keys[h * key_head + d * key_channel + n * key_token] and values[h * value_head + n * value_token + d].
struct KeyValues {
  MatmulType type = MatmulType::kFloat32;  // or kBFloat16
  const void* keys = nullptr;
  const void* values = nullptr;
  std::int64_t tokens = 0;
  std::int64_t key_head = 0, key_channel = 0, key_token = 0;
  std::int64_t value_head = 0, value_token = 0;
};

}  // namespace blip
