#include "core/kernels/absorbed_attention.h"

#include <algorithm>
#include <cmath>

#include "core/kernels/parallel.h"

namespace blip {
namespace {

struct Absorbed {
  HeadShape shape;
  const KeyValueWeights& weights;
  std::int64_t in;
  const float* queries;
  std::int64_t rows;
  std::span<const TokenStates> sources;
  std::int64_t tokens;
  float* context;

  std::int64_t width() const { return shape.heads * shape.width; }
};

MatmulSpec product(std::int64_t rows, std::int64_t in, std::int64_t out, std::int64_t in_stride,
                   std::int64_t out_stride) {
  MatmulSpec spec;
  spec.rows = rows;
  spec.in = spec.x_stride = in;
  spec.out = spec.y_stride = out;
  spec.in_stride = in_stride;
  spec.out_stride = out_stride;
  return spec;
}

// Heads [first, last): their queries are rows of one product with the states.
void attend_heads(Workspace& workspace, int slot, const Absorbed& a, std::int64_t first, std::int64_t last) {
  Arena& arena = workspace.arenas[static_cast<std::size_t>(slot)];
  const Arena::Scope scope(arena);
  const std::int64_t head_width = a.shape.width, count = (last - first) * a.rows;
  auto* absorbed = arena.take<float>(count * a.in);  // [head, row] q Wk, then p x
  auto* scores = arena.take<float>(count * a.tokens);
  auto* sums = arena.take<float>(count);

  MatmulSpec to_states = product(a.rows, head_width, a.in, /*in_stride=*/a.in, /*out_stride=*/1);
  to_states.x_stride = a.width();
  for (std::int64_t head = first; head < last; ++head) {
    workspace.products.get(to_states).run_plain(slot, a.queries + head * head_width,
                                                a.weights.key + head * head_width * a.in, /*bias=*/nullptr,
                                                absorbed + (head - first) * a.rows * a.in);
  }
  std::int64_t offset = 0;
  for (const TokenStates& source : a.sources) {
    MatmulSpec spec = product(count, a.in, source.tokens, /*in_stride=*/1, /*out_stride=*/a.in);
    spec.y_stride = a.tokens;
    workspace.products.get(spec).run_plain(slot, absorbed, source.states, /*bias=*/nullptr, scores + offset);
    offset += source.tokens;
  }
  const float scale = 1.0f / std::sqrt(static_cast<float>(head_width));
  for (std::int64_t r = 0; r < count; ++r)
    sums[r] = workspace.loops.softmax_numerators(scores + r * a.tokens, scale, a.tokens, scores + r * a.tokens);
  offset = 0;
  for (const TokenStates& source : a.sources) {
    MatmulSpec spec = product(count, source.tokens, a.in, /*in_stride=*/a.in, /*out_stride=*/1);
    spec.x_stride = a.tokens;
    spec.add = offset > 0;
    workspace.products.get(spec).run_plain(slot, scores + offset, source.states, /*bias=*/nullptr, absorbed);
    offset += source.tokens;
  }
  for (std::int64_t r = 0; r < count; ++r)
    workspace.loops.multiply(absorbed + r * a.in, 1 / sums[r], a.in, absorbed + r * a.in);
  MatmulSpec to_values = product(a.rows, a.in, head_width, /*in_stride=*/1, /*out_stride=*/a.in);
  to_values.y_stride = a.width();
  for (std::int64_t head = first; head < last; ++head) {
    float* to = a.context + head * head_width;
    workspace.products.get(to_values).run_plain(slot, absorbed + (head - first) * a.rows * a.in,
                                                a.weights.value + head * head_width * a.in, /*bias=*/nullptr, to);
    for (std::int64_t r = 0; r < a.rows; ++r) {
      float* row = to + r * a.width();
      workspace.loops.add(row, a.weights.value_bias + head * head_width, head_width, row);
    }
  }
}

}  // namespace

void attend_absorbed(Workspace& workspace, HeadShape shape, const KeyValueWeights& weights, std::int64_t in,
                     const float* queries, std::int64_t rows, std::span<const TokenStates> sources, float* context) {
  std::int64_t tokens = 0;
  for (const TokenStates& source : sources) tokens += source.tokens;
  if (rows <= 0 || tokens <= 0) return;
  const Absorbed absorbed{shape, weights, in, queries, rows, sources, tokens, context};
  const std::int64_t parts = std::min<std::int64_t>(workspace.threads, shape.heads);
  parallel_for(workspace.threads, parts, [&](std::int64_t part, int slot) {
    attend_heads(workspace, slot, absorbed, shape.heads * part / parts, shape.heads * (part + 1) / parts);
  });
}

}  // namespace blip
