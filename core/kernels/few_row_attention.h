#pragma once

#include <span>

#include "core/kernels/key_values.h"
#include "core/kernels/workspace.h"

namespace blip {

// Attention of few queries to many tokens whose keys and values they share: the beams of a frame, or the words of a
// short text. Keys have channels apart and tokens in a row (key_token 1), values tokens apart (value_token = width).
//   queries: [rows, heads * width] float, contiguous; context: the same
// `heads` of them, from `first_head` on, on the calling thread, which runs as `slot`.
void attend_few(Workspace& workspace, int slot, HeadShape shape, std::int64_t first_head, std::int64_t heads,
                const float* queries, std::int64_t rows, std::span<const KeyValues> blocks, float* context);

// Attention of one query to tokens that lie `stride` floats apart, those with the numbers `tokens`[0 .. count): a row
// of a decoder and what its beam has seen, or a word and the other words. All heads; on the calling thread.
//   query, context: [heads * width]; keys, values: of token 0
void attend_row(Workspace& workspace, int slot, HeadShape shape, const float* query, const float* keys,
                const float* values, std::int64_t stride, std::span<const std::int32_t> tokens, float* context);

}  // namespace blip
