#pragma once

#include <span>

#include "core/kernels/key_values.h"
#include "core/kernels/workspace.h"

namespace blip {

// How queries . keys become softmax's input, and who sees what.
struct ScoreRule {
  float scale = 0;              // of queries . keys; 0 = 1 / sqrt(width of a head). T5 has 1.
  const float* bias = nullptr;  // added to that: for head h, row r, token n at h * bias_head + r * bias_row + n
  std::int64_t bias_head = 0, bias_row = 0;
  std::int64_t visible = 0;  // row r sees the first `visible + r` tokens, as a causal mask has it; 0 = all
};

// What each row has seen by itself, beside the blocks: row r the tokens lists[r * list_stride .. + count), whose keys
// and values for all heads lie `stride` floats apart.
struct OwnTokens {
  const float* keys = nullptr;    // of token 0
  const float* values = nullptr;  // of token 0
  std::int64_t stride = 0;
  const std::int32_t* lists = nullptr;
  std::int64_t list_stride = 0, count = 0;
};

// Queries of a language model's rows: a prompt that is read at once, or the beams of a sequence at a step.
struct CachedQueries {
  HeadShape shape;
  const float* queries = nullptr;  // [rows, heads * width], rows `stride` floats apart
  std::int64_t stride = 0, rows = 0;
};

// Attention of rows to blocks of tokens that they share, and then to their own: one softmax over both. Blocks are as
// attend_few takes them (key_token 1, value_token = width of a head); a prompt's own tokens are the last of them.
//   context: [rows, heads * width] float, contiguous
// `heads` of them, from `first_head` on, on the calling thread, which runs as `slot`. At least one token is visible.
void attend_cached(Workspace& workspace, int slot, const CachedQueries& rows, std::int64_t first_head,
                   std::int64_t heads, std::span<const KeyValues> blocks, const OwnTokens& own, const ScoreRule& rule,
                   float* context);

}  // namespace blip
