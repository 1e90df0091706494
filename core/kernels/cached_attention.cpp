#include "core/kernels/cached_attention.h"

#include <algorithm>
#include <cmath>

namespace blip {
namespace {

// One head of up to kFewQueries rows.
struct Tile {
  std::int64_t head, first, rows;
  const float* queries;
  float* scores;        // [rows, tokens of blocks and own]
  std::int64_t tokens;  // that a row of scores has place for
  float* context;
};

class Attention {
 public:
  Attention(const VectorLoops& loops, const CachedQueries& rows, std::span<const KeyValues> blocks,
            const OwnTokens& own, const ScoreRule& rule)
      : loops_(loops), rows_(rows), blocks_(blocks), own_(own), rule_(rule) {
    for (const KeyValues& block : blocks) shared_ += block.tokens;
    if (rule_.scale == 0) rule_.scale = 1.0f / std::sqrt(static_cast<float>(rows.shape.width));
  }

  std::int64_t tokens() const { return shared_ + own_.count; }
  std::int64_t width() const { return rows_.shape.heads * rows_.shape.width; }

  void run(const Tile& tile) const {
    const std::int64_t head_width = rows_.shape.width;
    const std::int64_t reach = visible(tile.first + tile.rows - 1);  // of the last row, which sees most
    over_blocks(reach, [&](const KeyValues& block, std::int64_t offset, std::int64_t tokens) {
      score(block, tile, tokens, tile.scores + offset);
    });
    float sums[kFewQueries];
    for (std::int64_t r = 0; r < tile.rows; ++r) {
      float* scores = tile.scores + r * tile.tokens;
      if (own_.count > 0) {
        loops_.gathered_scores(tile.queries + r * rows_.stride, own_.keys + tile.head * head_width, own_.stride,
                               list(tile.first + r), own_.count, head_width, scores + shared_);
      }
      const std::int64_t seen = visible(tile.first + r);
      sums[r] = numerators(tile, tile.first + r, seen, scores);
      std::fill(scores + seen, scores + reach, 0.0f);
      std::fill_n(tile.context + r * width(), head_width, 0.0f);
    }
    over_blocks(reach, [&](const KeyValues& block, std::int64_t offset, std::int64_t tokens) {
      add_context(block, tile, tokens, tile.scores + offset);
    });
    for (std::int64_t r = 0; r < tile.rows; ++r) {
      float* context = tile.context + r * width();
      if (own_.count > 0) {
        loops_.gathered_context(tile.scores + r * tile.tokens + shared_, own_.values + tile.head * head_width,
                                own_.stride, list(tile.first + r), own_.count, head_width, context);
      }
      loops_.multiply(context, 1 / sums[r], head_width, context);
    }
  }

 private:
  std::int64_t visible(std::int64_t row) const {
    return rule_.visible == 0 ? tokens() : std::min(tokens(), rule_.visible + row);
  }
  const std::int32_t* list(std::int64_t row) const { return own_.lists + row * own_.list_stride; }

  // Calls body(block, its first token's number, how many of its tokens are among the first `reach`).
  template <class Body>
  void over_blocks(std::int64_t reach, Body body) const {
    std::int64_t offset = 0;
    for (const KeyValues& block : blocks_) {
      const std::int64_t tokens = std::min(block.tokens, reach - offset);
      if (tokens <= 0) break;
      body(block, offset, tokens);
      offset += block.tokens;
    }
  }

  float numerators(const Tile& tile, std::int64_t row, std::int64_t seen, float* scores) const {
    if (rule_.bias == nullptr) return loops_.softmax_numerators(scores, rule_.scale, seen, scores);
    loops_.scale_add(scores, rule_.scale, rule_.bias + tile.head * rule_.bias_head + row * rule_.bias_row, seen,
                     scores);
    return loops_.softmax_numerators(scores, 1.0f, seen, scores);
  }

  void score(const KeyValues& block, const Tile& tile, std::int64_t tokens, float* scores) const {
    const std::int64_t at = tile.head * block.key_head;
    if (block.type == MatmulType::kBFloat16) {
      loops_.few_scores_bfloat16(tile.queries, rows_.stride, tile.rows, static_cast<const BFloat16*>(block.keys) + at,
                                 block.key_channel, rows_.shape.width, tokens, scores, tile.tokens);
    } else {
      loops_.few_scores(tile.queries, rows_.stride, tile.rows, static_cast<const float*>(block.keys) + at,
                        block.key_channel, rows_.shape.width, tokens, scores, tile.tokens);
    }
  }

  void add_context(const KeyValues& block, const Tile& tile, std::int64_t tokens, const float* weights) const {
    const std::int64_t at = tile.head * block.value_head;
    if (block.type == MatmulType::kBFloat16) {
      loops_.few_contexts_bfloat16(weights, tile.tokens, tile.rows, static_cast<const BFloat16*>(block.values) + at,
                                   rows_.shape.width, tokens, tile.context, width());
    } else {
      loops_.few_contexts(weights, tile.tokens, tile.rows, static_cast<const float*>(block.values) + at,
                          rows_.shape.width, tokens, tile.context, width());
    }
  }

  const VectorLoops& loops_;
  const CachedQueries& rows_;
  std::span<const KeyValues> blocks_;
  const OwnTokens& own_;
  ScoreRule rule_;
  std::int64_t shared_ = 0;
};

}  // namespace

void attend_cached(Workspace& workspace, int slot, const CachedQueries& rows, std::int64_t first_head,
                   std::int64_t heads, std::span<const KeyValues> blocks, const OwnTokens& own, const ScoreRule& rule,
                   float* context) {
  const Attention attention(workspace.loops, rows, blocks, own, rule);
  Arena& arena = workspace.arenas[static_cast<std::size_t>(slot)];
  const Arena::Scope scope(arena);
  auto* scores = arena.take<float>(kFewQueries * attention.tokens());
  for (std::int64_t head = first_head; head < first_head + heads; ++head) {
    for (std::int64_t first = 0; first < rows.rows; first += kFewQueries) {
      attention.run({head, first, std::min(kFewQueries, rows.rows - first),
                     rows.queries + first * rows.stride + head * rows.shape.width, scores, attention.tokens(),
                     context + first * attention.width() + head * rows.shape.width});
    }
  }
}

}  // namespace blip
