#pragma once

#include <span>

#include "core/kernels/key_values.h"
#include "core/kernels/workspace.h"

namespace blip {

// Weights of keys and values as PyTorch keeps them, and the values' bias: the keys' adds the same to all scores of a
// query, which softmax does not see.
struct KeyValueWeights {
  const float* key = nullptr;         // [heads * width, in]
  const float* value = nullptr;       // [heads * width, in]
  const float* value_bias = nullptr;  // [heads * width]
};

// Tokens that keys and values have not been made of: states [tokens, in] float, contiguous.
struct TokenStates {
  const float* states = nullptr;
  std::int64_t tokens = 0;
};

// Attention of few queries to many tokens by absorbed projection: (q Wk) x^T and (p x) Wv^T in place of keys x Wk^T and
// values x Wv^T, as multi-head latent attention does (arXiv 2405.04434, section 2.1.2). Less work than making keys and
// values while there are fewer than about `in` / 12 queries, and nothing but the states need be kept. The same in real
// arithmetic; float32.
//   queries, context: [rows, heads * width] float, contiguous
void attend_absorbed(Workspace& workspace, HeadShape shape, const KeyValueWeights& weights, std::int64_t in,
                     const float* queries, std::int64_t rows, std::span<const TokenStates> sources, float* context);

}  // namespace blip
