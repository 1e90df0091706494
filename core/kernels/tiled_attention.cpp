#include "core/kernels/tiled_attention.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/kernels/parallel.h"

namespace blip {
namespace {

constexpr std::int64_t kTileRows = 145;           // a quarter of a ViT's 577 tokens
constexpr std::int64_t kTileScores = 128 * 1024;  // floats: half of a second-level cache of 1 MB
constexpr std::int64_t kLeastTileRows = 16;
constexpr std::int64_t kScoreAlignment = 16;

struct Attention {
  HeadShape shape;
  const std::byte* queries;
  std::int64_t query_stride;
  std::span<const KeyValues> blocks;
  std::int64_t tokens, score_stride;
  float* context;

  MatmulType type() const { return blocks.front().type; }
  std::int64_t width() const { return shape.heads * shape.width; }
};

const std::byte* at(const void* base, std::int64_t elements, MatmulType type) {
  return static_cast<const std::byte*>(base) + elements * element_bytes(type);
}

MatmulSpec product(const Attention& attention, std::int64_t rows, std::int64_t in, std::int64_t out) {
  MatmulSpec spec;
  spec.rows = rows;
  spec.in = in;
  spec.out = out;
  spec.type = attention.type();
  return spec;
}

// One head of the rows from `begin` on.
void attend_tile(Workspace& workspace, int slot, const Attention& attention, std::int64_t head, std::int64_t begin,
                 std::int64_t rows) {
  Arena& arena = workspace.arenas[static_cast<std::size_t>(slot)];
  const Arena::Scope scope(arena);
  const MatmulType type = attention.type();
  const std::int64_t head_width = attention.shape.width, stride = attention.score_stride;
  auto* scores = arena.take<float>(rows * stride);
  auto* sums = arena.take<float>(rows);
  const std::byte* queries = at(attention.queries, begin * attention.query_stride + head * head_width, type);
  std::int64_t offset = 0;
  for (const KeyValues& block : attention.blocks) {
    MatmulSpec spec = product(attention, rows, head_width, block.tokens);
    spec.x_stride = attention.query_stride;
    spec.y_stride = stride;
    spec.in_stride = block.key_channel;
    spec.out_stride = block.key_token;
    workspace.products.get(spec).run_plain(slot, queries, at(block.keys, head * block.key_head, type),
                                           /*bias=*/nullptr, scores + offset);
    offset += block.tokens;
  }
  const float scale = 1.0f / std::sqrt(static_cast<float>(head_width));
  const bool rounded = type == MatmulType::kBFloat16;
  auto* weights = rounded ? arena.take<BFloat16>(rows * stride) : nullptr;
  for (std::int64_t r = 0; r < rows; ++r) {
    float* row = scores + r * stride;
    sums[r] = rounded ? workspace.loops.softmax_numerators_bfloat16(row, scale, attention.tokens, weights + r * stride)
                      : workspace.loops.softmax_numerators(row, scale, attention.tokens, row);
  }
  const void* numerators = rounded ? static_cast<const void*>(weights) : scores;
  float* context = attention.context + begin * attention.width() + head * head_width;
  offset = 0;
  for (const KeyValues& block : attention.blocks) {
    MatmulSpec spec = product(attention, rows, block.tokens, head_width);
    spec.x_stride = stride;
    spec.y_stride = attention.width();
    spec.in_stride = block.value_token;
    spec.out_stride = 1;
    spec.add = offset > 0;
    workspace.products.get(spec).run_plain(slot, at(numerators, offset, type),
                                           at(block.values, head * block.value_head, type), /*bias=*/nullptr, context);
    offset += block.tokens;
  }
  for (std::int64_t r = 0; r < rows; ++r) {
    float* row = context + r * attention.width();
    workspace.loops.multiply(row, 1 / sums[r], head_width, row);
  }
}

}  // namespace

void attend_tiled(Workspace& workspace, HeadShape shape, const void* queries, std::int64_t query_stride,
                  std::int64_t rows, std::span<const KeyValues> blocks, float* context) {
  std::int64_t tokens = 0;
  for (const KeyValues& block : blocks) tokens += block.tokens;
  if (rows <= 0 || tokens <= 0) return;
  const std::int64_t stride = (tokens + kScoreAlignment - 1) / kScoreAlignment * kScoreAlignment;
  const Attention attention{shape,  static_cast<const std::byte*>(queries), query_stride, blocks, tokens, stride,
                            context};
  const std::int64_t most = std::clamp(kTileScores / stride, kLeastTileRows, kTileRows);
  const std::int64_t tiles = (rows + most - 1) / most;
  parallel_for(workspace.threads, shape.heads * tiles, [&](std::int64_t task, int slot) {
    const std::int64_t head = task / tiles, tile = task % tiles;
    const std::int64_t begin = rows * tile / tiles, end = rows * (tile + 1) / tiles;
    attend_tile(workspace, slot, attention, head, begin, end - begin);
  });
}

}  // namespace blip
