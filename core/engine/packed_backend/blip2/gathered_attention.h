#pragma once

#include <span>

#include "core/kernels/key_values.h"
#include "core/kernels/workspace.h"

namespace blip {

// What is added to a score by how far the key is from the query: T5's relative positions. The bias of head h for a key
// d places behind the query (negative: before it) is values[h * distances + middle + d], d cut to what there is.
struct RelativeBias {
  const float* values = nullptr;  // null: none
  std::int64_t distances = 0, middle = 0;
};

struct AttentionForm {
  HeadShape heads;
  float scale = 1;  // of the scores, before the bias
  RelativeBias bias;
};

// One query and the tokens that it sees, wherever they lie: the keys of token n are at tokens[n], its values
// `value_offset` floats behind them.
struct GatheredRow {
  const float* query = nullptr;  // [heads * width]
  std::span<const float* const> tokens;
  std::int64_t position = 0;  // of the query among its tokens, for the bias
  float* context = nullptr;   // [heads * width]
};

// Attention of rows that see different tokens: beams, which share most of what they have seen, or the tokens of texts
// behind a common beginning. Rows that share tokens should lie together: head by head they are read from the cache.
void attend_gathered(Workspace& workspace, const AttentionForm& form, std::int64_t value_offset,
                     std::span<const GatheredRow> rows);

}  // namespace blip
