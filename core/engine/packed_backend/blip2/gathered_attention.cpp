#include "core/engine/packed_backend/blip2/gathered_attention.h"

#include <algorithm>

#include "core/kernels/parallel.h"

namespace blip {
namespace {

constexpr std::int64_t kWorthThreads = 1 << 15;  // numbers of keys that are read, all rows together

void add_bias(const RelativeBias& bias, std::int64_t head, const GatheredRow& row, float* scores) {
  const float* own = bias.values + head * bias.distances + bias.middle;
  const auto count = static_cast<std::int64_t>(row.tokens.size());
  for (std::int64_t n = 0; n < count; ++n)
    scores[n] += own[std::clamp(n - row.position, -bias.middle, bias.distances - 1 - bias.middle)];
}

void attend_head(Workspace& workspace, int slot, const AttentionForm& form, std::int64_t value_offset,
                 std::int64_t head, const GatheredRow& row) {
  const VectorLoops& loops = workspace.loops;
  Arena& arena = workspace.arenas[static_cast<std::size_t>(slot)];
  const Arena::Scope scope(arena);
  const std::int64_t width = form.heads.width, offset = head * width;
  const auto count = static_cast<std::int64_t>(row.tokens.size());
  auto* scores = arena.take<float>(count);
  for (std::int64_t n = 0; n < count; ++n)
    scores[n] = loops.dot(row.query + offset, row.tokens[static_cast<std::size_t>(n)] + offset, width);
  float scale = form.scale;
  if (form.bias.values != nullptr) {
    loops.multiply(scores, scale, count, scores);
    scale = 1;
    add_bias(form.bias, head, row, scores);
  }
  const float sum = loops.softmax_numerators(scores, scale, count, scores);
  float* context = row.context + offset;
  std::fill_n(context, width, 0.0f);
  for (std::int64_t n = 0; n < count; ++n) {
    loops.few_contexts(scores + n, /*weight_stride=*/0, /*rows=*/1,
                       row.tokens[static_cast<std::size_t>(n)] + value_offset + offset, width, /*tokens=*/1, context,
                       /*context_stride=*/0);
  }
  loops.multiply(context, 1 / sum, width, context);
}

}  // namespace

void attend_gathered(Workspace& workspace, const AttentionForm& form, std::int64_t value_offset,
                     std::span<const GatheredRow> rows) {
  std::size_t tokens = 0;
  for (const GatheredRow& row : rows) tokens += row.tokens.size();
  const bool worth = static_cast<std::int64_t>(tokens) * form.heads.heads * form.heads.width >= kWorthThreads;
  parallel_for(worth ? workspace.threads : 1, form.heads.heads, [&](std::int64_t head, int slot) {
    for (const GatheredRow& row : rows) attend_head(workspace, slot, form, value_offset, head, row);
  });
}

}  // namespace blip
