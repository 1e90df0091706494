#include "core/engine/packed_backend/blip2/text_attention.h"

#include <algorithm>

namespace blip {

TextAttention::TextAttention(Workspace& workspace, const DecoderShape& shape, const DecodeStart& start,
                             std::span<const std::int64_t> starts, bool causal, Prefix* kept)
    : workspace_(workspace), shape_(shape), start_(start), starts_(starts), causal_(causal), kept_(kept) {}

bool TextAttention::attend_self(std::int64_t layer, const QkvRows& rows, float* context) {
  const Arena::Scope scope(workspace_.shared);
  const std::int64_t width = shape_.kept_width(), before = start_.tokens(), count = starts_.back();
  const auto texts = static_cast<std::int64_t>(starts_.size()) - 1;
  float* kept = kept_ != nullptr ? kept_->row(layer, 0) : workspace_.shared.take<float>(count * 2 * width);
  for (std::int64_t r = 0; r < count; ++r) {
    std::copy_n(rows.keys + r * rows.stride, width, kept + r * 2 * width);
    std::copy_n(rows.values + r * rows.stride, width, kept + r * 2 * width + width);
  }
  if (kept_ != nullptr && layer + 1 == shape_.layers) return false;
  auto* tokens = workspace_.shared.take<const float*>(texts * before + count);
  auto* gathered = workspace_.shared.take<GatheredRow>(count);
  for (std::int64_t t = 0; t < texts; ++t) {
    const std::int64_t begin = starts_[static_cast<std::size_t>(t)], end = starts_[static_cast<std::size_t>(t + 1)];
    const float** own = tokens + t * before + begin;
    start_.gather(layer, own);
    for (std::int64_t r = begin; r < end; ++r) {
      own[before + r - begin] = kept + r * 2 * width;
      const std::int64_t seen = before + (causal_ ? r - begin + 1 : end - begin);
      gathered[r] = {rows.queries + r * rows.stride,
                     {own, static_cast<std::size_t>(seen)},
                     before + r - begin,
                     context + r * width};
    }
  }
  attend_gathered(workspace_, shape_.self, width, {gathered, static_cast<std::size_t>(count)});
  return true;
}

void TextAttention::attend_cross(std::int64_t layer, const float* queries, float* context) {
  const Arena::Scope scope(workspace_.shared);
  const std::int64_t width = shape_.kept_width(), count = starts_.back(), seen = start_.encoded->tokens();
  auto* tokens = workspace_.shared.take<const float*>(seen);
  start_.encoded->gather(layer, seen, tokens);
  auto* gathered = workspace_.shared.take<GatheredRow>(count);
  for (std::int64_t r = 0; r < count; ++r)
    gathered[r] = {queries + r * width, {tokens, static_cast<std::size_t>(seen)}, 0, context + r * width};
  attend_gathered(workspace_, shape_.cross, width, {gathered, static_cast<std::size_t>(count)});
}

std::shared_ptr<Prefix> take_in(Workspace& workspace, const PackedDecoder& decoder, const DecodeStart& start, float* x,
                                std::int64_t rows) {
  const DecoderShape& shape = decoder.shape();
  auto made = std::make_shared<Prefix>(shape.layers, rows, shape.kept_width());
  const std::int64_t starts[] = {0, rows};
  TextAttention attention(workspace, shape, start, starts, /*causal=*/true, made.get());
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) decoder.run_layer(workspace, layer, x, rows, attention);
  return made;
}

DecodeStart behind_text(Workspace& workspace, const PackedDecoder& decoder, DecodeStart start,
                        std::span<const std::int64_t> prompt) {
  const auto rows = static_cast<std::int64_t>(prompt.size()) - 1;
  if (rows <= 0) return start;
  const Arena::Scope scope(workspace.shared);
  const std::int64_t width = decoder.shape().width;
  auto* x = workspace.shared.take<float>(rows * width);
  for (std::int64_t t = 0; t < rows; ++t)
    decoder.embed(workspace, prompt[static_cast<std::size_t>(t)], start.position + t, x + t * width);
  std::shared_ptr<const Prefix> made = take_in(workspace, decoder, start, x, rows);
  start.position += rows;
  start.before.push_back({std::move(made), rows});
  return start;
}

}  // namespace blip
