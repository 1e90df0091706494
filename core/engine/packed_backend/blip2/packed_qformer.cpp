#include "core/engine/packed_backend/blip2/packed_qformer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/engine/packed_backend/blip2/text_attention.h"
#include "core/kernels/cpu_isa.h"
#include "core/kernels/tiled_attention.h"

namespace blip {

PackedQFormer::PackedQFormer(WeightStore& weights, const QFormerConfig& config, Precision precision)
    : key_value_type_(precision != Precision::kFloat32 && cpu_isa() >= CpuIsa::kAvx512Bf16 ? MatmulType::kBFloat16
                                                                                           : MatmulType::kFloat32),
      queries_(config.queries),
      query_embeddings_(weights.values("query_tokens")),
      norm_(weights.norm("Qformer.bert.embeddings.LayerNorm", config.layer_norm_eps)) {
  shape_.layers = config.depth;
  shape_.width = config.width;
  shape_.vocabulary = config.vocab_size;
  shape_.positions = config.max_positions;
  shape_.self.heads = {config.heads, config.width / config.heads};
  shape_.self.scale = 1.0f / std::sqrt(static_cast<float>(shape_.self.heads.width));
  norm_.run(vector_loops(), query_embeddings_.data(), queries_, query_embeddings_.data());
  const bool reads_text = config.vocab_size > 0;
  if (reads_text) {
    words_.emplace(weights.tensor("Qformer.bert.embeddings.word_embeddings.weight"));
    positions_.emplace(weights.tensor("Qformer.bert.embeddings.position_embeddings.weight"));
  }
  const auto feed_forward = [&](const std::string& at, const std::string& suffix) {
    return FeedForward{weights.linear(at + "intermediate" + suffix + ".dense", precision),
                       weights.linear(at + "output" + suffix + ".dense", precision),
                       weights.norm(at + "output" + suffix + ".LayerNorm", config.layer_norm_eps)};
  };
  std::size_t crossing = 0;
  for (std::int64_t i = 0; i < config.depth; ++i) {
    const std::string at = "Qformer.bert.encoder.layer." + std::to_string(i) + '.';
    const std::string self = at + "attention.self.", cross = at + "crossattention.";
    Layer layer;
    layer.qkv = weights.linear(std::array{self + "query", self + "key", self + "value"}, precision);
    layer.output = weights.linear(at + "attention.output.dense", precision);
    layer.norm = weights.norm(at + "attention.output.LayerNorm", config.layer_norm_eps);
    if (i % config.cross_frequency == 0) {
      layer.cross = Cross{crossing++, weights.linear(cross + "self.query", precision),
                          weights.linear(std::array{cross + "self.key", cross + "self.value"}, precision),
                          weights.linear(cross + "output.dense", precision),
                          weights.norm(cross + "output.LayerNorm", config.layer_norm_eps)};
    }
    layer.of_queries = feed_forward(at, "_query");
    if (reads_text) layer.of_text = feed_forward(at, "");
    layers_.push_back(std::move(layer));
  }
  if (config.lm_head) head_.emplace(weights, "Qformer.cls.predictions", config.layer_norm_eps, precision);
}

std::shared_ptr<const StoredKeyValues> PackedQFormer::keys_values(Workspace& workspace, const float* states,
                                                                  std::int64_t tokens) const {
  std::vector<const PackedLinear*> linears;
  for (const Layer& layer : layers_) {
    if (layer.cross) linears.push_back(layer.cross->keys_values.get());
  }
  return StoredKeyValues::make(workspace, shape_.self.heads, key_value_type_, linears, states, tokens);
}

// `groups` texts, or none; each has the queries in front of it or none has. The rows of all queries come first.
struct PackedQFormer::Run {
  std::int64_t query_rows = 0, text_rows = 0;
  std::span<const std::int64_t> query_starts, text_starts;  // groups + 1 each
  Image image = {};
  float* x = nullptr;  // [query_rows + text_rows, D]
  Prefix* kept = nullptr;
};

void PackedQFormer::attend_image(Workspace& workspace, const Cross& cross, Image image, float* x,
                                 std::int64_t rows) const {
  const Arena::Scope scope(workspace.shared);
  const std::int64_t width = shape_.width;
  auto* queries = workspace.shared.take<float>(rows * width);
  auto* context = workspace.shared.take<float>(rows * width);
  auto* blocks = workspace.shared.take<KeyValues>(static_cast<std::int64_t>(image.size()));
  for (std::size_t i = 0; i < image.size(); ++i) blocks[i] = image[i]->layer(cross.number);
  cross.query->run(workspace, x, rows, queries);
  const void* typed = queries;
  if (key_value_type_ == MatmulType::kBFloat16) {
    auto* rounded = workspace.shared.take<BFloat16>(rows * width);
    workspace.loops.to_bfloat16(queries, rows * width, rounded);
    typed = rounded;
  }
  attend_tiled(workspace, shape_.self.heads, typed, width, rows, {blocks, image.size()}, context);
  cross.output->run(workspace, context, rows, x, After::kAdd);
  cross.norm.run(workspace.loops, x, rows, x);
}

void PackedQFormer::feed_forward(Workspace& workspace, const FeedForward& part, float* x, std::int64_t rows) const {
  const Arena::Scope scope(workspace.shared);
  auto* hidden = workspace.shared.take<float>(rows * part.fc1->out());
  part.fc1->run(workspace, x, rows, hidden, After::kGelu);
  part.fc2->run(workspace, hidden, rows, x, After::kAdd);
  part.norm.run(workspace.loops, x, rows, x);
}

void PackedQFormer::run(Workspace& workspace, const Run& what) const {
  const Arena::Scope scope(workspace.shared);
  const std::int64_t rows = what.query_rows + what.text_rows, width = shape_.width;
  const std::size_t groups = std::max(what.query_starts.size(), what.text_starts.size()) - 1;
  auto* qkv = workspace.shared.take<float>(rows * 3 * width);
  auto* context = workspace.shared.take<float>(rows * width);
  auto* seen = workspace.shared.take<const float*>(rows);  // of each group its queries, then its text
  auto* gathered = workspace.shared.take<GatheredRow>(rows);
  std::int64_t taken = 0, filled = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    const std::int64_t first = taken;
    std::vector<std::int64_t> own;
    if (!what.query_starts.empty()) {
      for (std::int64_t r = what.query_starts[g]; r < what.query_starts[g + 1]; ++r) own.push_back(r);
    }
    if (!what.text_starts.empty()) {
      for (std::int64_t r = what.text_starts[g]; r < what.text_starts[g + 1]; ++r) own.push_back(what.query_rows + r);
    }
    for (const std::int64_t r : own) seen[taken++] = qkv + r * 3 * width + width;
    for (const std::int64_t r : own) {
      gathered[filled++] = {qkv + r * 3 * width, {seen + first, own.size()}, /*position=*/0, context + r * width};
    }
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    layer.qkv->run(workspace, what.x, rows, qkv);
    for (std::int64_t r = 0; what.kept != nullptr && r < what.query_rows; ++r)
      std::copy_n(qkv + r * 3 * width + width, 2 * width, what.kept->row(static_cast<std::int64_t>(i), r));
    attend_gathered(workspace, shape_.self, width, {gathered, static_cast<std::size_t>(rows)});
    layer.output->run(workspace, context, rows, what.x, After::kAdd);
    layer.norm.run(workspace.loops, what.x, rows, what.x);
    if (what.query_rows > 0) {
      if (layer.cross) attend_image(workspace, *layer.cross, what.image, what.x, what.query_rows);
      feed_forward(workspace, layer.of_queries, what.x, what.query_rows);
    }
    if (what.text_rows > 0) feed_forward(workspace, *layer.of_text, what.x + what.query_rows * width, what.text_rows);
  }
}

void PackedQFormer::encode_queries(Workspace& workspace, Image image, float* states, Prefix* kept) const {
  std::copy(query_embeddings_.begin(), query_embeddings_.end(), states);
  const std::int64_t starts[] = {0, queries_};
  Run what;
  what.query_rows = queries_;
  what.query_starts = starts;
  what.image = image;
  what.x = states;
  what.kept = kept;
  run(workspace, what);
}

void PackedQFormer::encode_texts(Workspace& workspace, const TextRows& texts, float* states) const {
  for (std::int64_t t = 0; t < texts.texts(); ++t) {
    for (std::int64_t r = texts.starts[t]; r < texts.starts[t + 1]; ++r)
      embed(workspace, texts.ids[r], r - texts.starts[t], states + r * shape_.width);
  }
  Run what;
  what.text_rows = texts.starts.back();
  what.text_starts = texts.starts;
  what.x = states;
  run(workspace, what);
}

void PackedQFormer::encode_pairs(Workspace& workspace, const TextRows& texts, Image image, float* queries,
                                 float* states) const {
  const Arena::Scope scope(workspace.shared);
  const std::int64_t width = shape_.width, groups = texts.texts(), text_rows = texts.starts.back();
  std::vector<std::int64_t> query_starts;
  for (std::int64_t g = 0; g <= groups; ++g) query_starts.push_back(g * queries_);
  Run what;
  what.query_rows = groups * queries_;
  what.text_rows = text_rows;
  what.query_starts = query_starts;
  what.text_starts = texts.starts;
  what.image = image;
  what.x = workspace.shared.take<float>((what.query_rows + text_rows) * width);
  for (std::int64_t g = 0; g < groups; ++g) {
    std::copy(query_embeddings_.begin(), query_embeddings_.end(), what.x + g * queries_ * width);
    for (std::int64_t r = texts.starts[g]; r < texts.starts[g + 1]; ++r)
      embed(workspace, texts.ids[r], r - texts.starts[g], what.x + (what.query_rows + r) * width);
  }
  run(workspace, what);
  std::copy_n(what.x, what.query_rows * width, queries);
  std::copy_n(what.x + what.query_rows * width, text_rows * width, states);
}

void PackedQFormer::embed(Workspace& workspace, std::int64_t id, std::int64_t position, float* x) const {
  std::fill_n(x, shape_.width, 0.0f);
  words_->add_to(id, x);
  positions_->add_to(position, x);
  norm_.run(workspace.loops, x, 1, x);
}

void PackedQFormer::run_layer(Workspace& workspace, std::int64_t number, float* x, std::int64_t rows,
                              RowAttention& attention) const {
  const Arena::Scope scope(workspace.shared);
  const Layer& layer = layers_[static_cast<std::size_t>(number)];
  const std::int64_t width = shape_.width;
  auto* qkv = workspace.shared.take<float>(rows * 3 * width);
  auto* context = workspace.shared.take<float>(rows * width);
  layer.qkv->run(workspace, x, rows, qkv);
  if (!attention.attend_self(number, {qkv, qkv + width, qkv + 2 * width, 3 * width}, context)) return;
  layer.output->run(workspace, context, rows, x, After::kAdd);
  layer.norm.run(workspace.loops, x, rows, x);
  feed_forward(workspace, *layer.of_text, x, rows);
}

void PackedQFormer::run_head(Workspace& workspace, float* x, std::int64_t rows, float* logits) const {
  head_->run(workspace, x, rows, logits);
}

}  // namespace blip
