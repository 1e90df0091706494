#include "core/kernels/few_row_attention.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace blip {
namespace {

void scores_of(const VectorLoops& loops, const KeyValues& block, std::int64_t head, const float* queries,
               std::int64_t query_stride, std::int64_t rows, std::int64_t width, float* scores,
               std::int64_t score_stride) {
  if (block.type == MatmulType::kBFloat16) {
    loops.few_scores_bfloat16(queries, query_stride, rows,
                              static_cast<const BFloat16*>(block.keys) + head * block.key_head, block.key_channel,
                              width, block.tokens, scores, score_stride);
  } else {
    loops.few_scores(queries, query_stride, rows, static_cast<const float*>(block.keys) + head * block.key_head,
                     block.key_channel, width, block.tokens, scores, score_stride);
  }
}

void contexts_of(const VectorLoops& loops, const KeyValues& block, std::int64_t head, const float* weights,
                 std::int64_t weight_stride, std::int64_t rows, std::int64_t width, float* context,
                 std::int64_t context_stride) {
  if (block.type == MatmulType::kBFloat16) {
    loops.few_contexts_bfloat16(weights, weight_stride, rows,
                                static_cast<const BFloat16*>(block.values) + head * block.value_head, width,
                                block.tokens, context, context_stride);
  } else {
    loops.few_contexts(weights, weight_stride, rows, static_cast<const float*>(block.values) + head * block.value_head,
                       width, block.tokens, context, context_stride);
  }
}

}  // namespace

void attend_few(Workspace& workspace, int slot, HeadShape shape, std::int64_t first_head, std::int64_t heads,
                const float* queries, std::int64_t rows, std::span<const KeyValues> blocks, float* context) {
  const VectorLoops& loops = workspace.loops;
  Arena& arena = workspace.arenas[static_cast<std::size_t>(slot)];
  const Arena::Scope scope(arena);
  std::int64_t tokens = 0;
  for (const KeyValues& block : blocks) tokens += block.tokens;
  const std::int64_t all = shape.heads * shape.width;
  const float scale = 1.0f / std::sqrt(static_cast<float>(shape.width));
  auto* scores = arena.take<float>(kFewQueries * tokens);
  for (std::int64_t head = first_head; head < first_head + heads; ++head) {
    for (std::int64_t begin = 0; begin < rows; begin += kFewQueries) {
      const std::int64_t count = std::min(kFewQueries, rows - begin);
      const float* query = queries + begin * all + head * shape.width;
      float* to = context + begin * all + head * shape.width;
      std::int64_t offset = 0;
      for (const KeyValues& block : blocks) {
        scores_of(loops, block, head, query, all, count, shape.width, scores + offset, tokens);
        offset += block.tokens;
      }
      float sums[kFewQueries];
      for (std::int64_t r = 0; r < count; ++r) {
        sums[r] = loops.softmax_numerators(scores + r * tokens, scale, tokens, scores + r * tokens);
        std::fill_n(to + r * all, shape.width, 0.0f);
      }
      offset = 0;
      for (const KeyValues& block : blocks) {
        contexts_of(loops, block, head, scores + offset, tokens, count, shape.width, to, all);
        offset += block.tokens;
      }
      for (std::int64_t r = 0; r < count; ++r) loops.multiply(to + r * all, 1 / sums[r], shape.width, to + r * all);
    }
  }
}

void attend_row(Workspace& workspace, int slot, HeadShape shape, const float* query, const float* keys,
                const float* values, std::int64_t stride, std::span<const std::int32_t> tokens, float* context) {
  const VectorLoops& loops = workspace.loops;
  Arena& arena = workspace.arenas[static_cast<std::size_t>(slot)];
  const Arena::Scope scope(arena);
  const auto count = static_cast<std::int64_t>(tokens.size());
  const float scale = 1.0f / std::sqrt(static_cast<float>(shape.width));
  auto* scores = arena.take<float>(count);
  for (std::int64_t head = 0; head < shape.heads; ++head) {
    const std::int64_t offset = head * shape.width;
    for (std::int64_t t = 0; t < count; ++t)
      scores[t] = loops.dot(query + offset, keys + tokens[t] * stride + offset, shape.width);
    const float sum = loops.softmax_numerators(scores, scale, count, scores);
    float* to = context + offset;
    std::fill_n(to, shape.width, 0.0f);
    for (std::int64_t t = 0; t < count; ++t) {
      loops.few_contexts(scores + t, /*weight_stride=*/0, /*rows=*/1, values + tokens[t] * stride + offset, shape.width,
                         /*tokens=*/1, to, /*context_stride=*/0);
    }
    loops.multiply(to, 1 / sum, shape.width, to);
  }
}

}  // namespace blip
