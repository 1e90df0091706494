#include "core/engine/packed_backend/packed_med.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "core/base/error.h"
#include "core/kernels/cpu_isa.h"
#include "core/kernels/few_row_attention.h"
#include "core/kernels/parallel.h"
#include "core/kernels/tiled_attention.h"

namespace blip {
namespace {

// In the upper half of a 12-layer model; the original writes "layer number >= 6".
constexpr std::int64_t kFirstMergingLayer = 6;
constexpr std::int64_t kFewRows = 8;  // up to which the keys are read again for every kFewQueries of them

}  // namespace

PackedMed::PackedMed(WeightStore& weights, const std::string& name, const TextConfig& config, Precision precision,
                     bool twin)
    : heads_{config.heads, config.width / config.heads},
      key_value_type_(precision != Precision::kFloat32 && cpu_isa() >= CpuIsa::kAvx512Bf16 ? MatmulType::kBFloat16
                                                                                           : MatmulType::kFloat32),
      takes_states_(precision == Precision::kFloat32),
      words_(weights.tensor(name + ".embeddings.word_embeddings.weight")),
      positions_(weights.tensor(name + ".embeddings.position_embeddings.weight")),
      norm_(weights.norm(name + ".embeddings.LayerNorm", config.layer_norm_eps)) {
  for (std::int64_t i = 0; i < config.depth; ++i) {
    const std::string at = name + ".encoder.layer." + std::to_string(i) + '.';
    const std::string self = at + "attention.self.", cross = at + "crossattention.";
    Layer layer;
    layer.qkv = weights.linear(std::array{self + "query", self + "key", self + "value"}, precision);
    layer.self_output = weights.linear(at + "attention.output.dense", precision);
    layer.self_norm = weights.norm(at + "attention.output.LayerNorm", config.layer_norm_eps);
    for (const char* which : twin ? std::vector<const char*>{"0", "1"} : std::vector<const char*>{""}) {
      const std::string from = cross + "self" + which + '.';
      layer.cross.push_back({weights.linear(from + "query", precision),
                             weights.linear(std::array{from + "key", from + "value"}, precision),
                             weights.linear(cross + "output.dense" + which, precision),
                             weights.tensor(from + "key.weight"), weights.tensor(from + "value.weight"),
                             weights.values(from + "value.bias")});
      takes_states_ = takes_states_ && layer.cross.back().key_weight.dtype == DType::kFloat32 &&
                      layer.cross.back().value_weight.dtype == DType::kFloat32;
    }
    if (twin && i >= kFirstMergingLayer) layer.merge = weights.linear(cross + "output.merge_layer", precision);
    layer.cross_norm = weights.norm(at + "crossattention.output.LayerNorm", config.layer_norm_eps);
    layer.fc1 = weights.linear(at + "intermediate.dense", precision);
    layer.fc2 = weights.linear(at + "output.dense", precision);
    layer.output_norm = weights.norm(at + "output.LayerNorm", config.layer_norm_eps);
    layers_.push_back(std::move(layer));
  }
}

void PackedMed::embed(const VectorLoops& loops, std::int64_t id, std::int64_t position, float* x) const {
  std::fill_n(x, width(), 0.0f);
  words_.add_to(id, x);
  positions_.add_to(position, x);
  norm_.run(loops, x, 1, x);
}

std::shared_ptr<const StoredKeyValues> PackedMed::keys_values(Workspace& workspace, const float* source,
                                                              std::int64_t tokens, std::size_t image) const {
  std::vector<const PackedLinear*> linears;
  for (const Layer& layer : layers_) linears.push_back(layer.cross[image].keys_values.get());
  return StoredKeyValues::make(workspace, heads_, key_value_type_, linears, source, tokens);
}

std::vector<std::uint64_t> PackedMed::keys_values_identity(std::size_t image) const {
  std::vector<std::uint64_t> serials;
  for (const Layer& layer : layers_) serials.push_back(layer.cross[image].keys_values->serial());
  return serials;
}

namespace {

std::span<const KeyValues> blocks_of(Arena& arena, CrossSource source, std::size_t layer) {
  auto* blocks = arena.take<KeyValues>(static_cast<std::int64_t>(source.stored.size()));
  for (std::size_t i = 0; i < source.stored.size(); ++i) blocks[i] = source.stored[i]->layer(layer);
  return {blocks, source.stored.size()};
}

void attend_many(Workspace& workspace, HeadShape heads, const PackedMed::Cross& cross, std::size_t layer,
                 const SourceRows& own) {
  const Arena::Scope scope(workspace.shared);
  if (!own.source.states.empty()) {
    const KeyValueWeights weights{static_cast<const float*>(cross.key_weight.data),
                                  static_cast<const float*>(cross.value_weight.data), cross.value_bias.data()};
    return attend_absorbed(workspace, heads, weights, cross.keys_values->in(), own.queries, own.rows, own.source.states,
                           own.context);
  }
  const auto blocks = blocks_of(workspace.shared, own.source, layer);
  const std::int64_t width = heads.heads * heads.width;
  const void* typed = own.queries;
  if (blocks.front().type == MatmulType::kBFloat16) {
    auto* rounded = workspace.shared.take<BFloat16>(own.rows * width);
    workspace.loops.to_bfloat16(own.queries, own.rows * width, rounded);
    typed = rounded;
  }
  attend_tiled(workspace, heads, typed, width, own.rows, blocks, own.context);
}

}  // namespace

void attend_sources(Workspace& workspace, HeadShape heads, const PackedMed::Cross& cross, std::size_t layer,
                    std::span<const SourceRows> all) {
  struct Few {
    const SourceRows* rows;
    std::span<const KeyValues> blocks;
  };
  const Arena::Scope scope(workspace.shared);
  auto* few = workspace.shared.take<Few>(static_cast<std::int64_t>(all.size()));
  std::int64_t count = 0;
  for (const SourceRows& own : all) {
    if (own.rows > kFewRows || !own.source.states.empty()) {
      attend_many(workspace, heads, cross, layer, own);
    } else {
      few[count++] = {&own, blocks_of(workspace.shared, own.source, layer)};
    }
  }
  // Together in one parallel region: as many as there are beams of several frames, it is most of a step's attention.
  parallel_for(workspace.threads, count * heads.heads, [&](std::int64_t task, int slot) {
    const Few& own = few[task / heads.heads];
    attend_few(workspace, slot, heads, task % heads.heads, /*heads=*/1, own.rows->queries, own.rows->rows, own.blocks,
               own.rows->context);
  });
}

void PackedMed::attend_image(Workspace& workspace, std::size_t number, std::size_t image, CrossSource source,
                             const float* x, std::int64_t rows, float* output, After after) const {
  const Arena::Scope scope(workspace.shared);
  const Cross& cross = layers_[number].cross[image];
  auto* queries = workspace.shared.take<float>(rows * width());
  auto* context = workspace.shared.take<float>(rows * width());
  cross.query->run(workspace, x, rows, queries);
  const SourceRows own{source, queries, rows, context};
  attend_sources(workspace, heads_, cross, number, {&own, 1});
  cross.output->run(workspace, context, rows, output, after);
}

// x [R, D] becomes LN(x + attention to the sources).
void PackedMed::cross_attend(Workspace& workspace, std::size_t number, std::span<const CrossSource> sources, float* x,
                             std::int64_t rows) const {
  const Arena::Scope scope(workspace.shared);
  const Layer& layer = layers_[number];
  if (layer.cross.size() == 1) {
    attend_image(workspace, number, 0, sources[0], x, rows, x, After::kAdd);
  } else {
    auto* first = workspace.shared.take<float>(rows * width());
    auto* second = workspace.shared.take<float>(rows * width());
    attend_image(workspace, number, 0, sources[0], x, rows, first, After::kNothing);
    attend_image(workspace, number, 1, sources[1], x, rows, second, After::kNothing);
    if (layer.merge) {
      auto* both = workspace.shared.take<float>(rows * 2 * width());
      for (std::int64_t r = 0; r < rows; ++r) {
        std::copy_n(first + r * width(), width(), both + 2 * r * width());
        std::copy_n(second + r * width(), width(), both + (2 * r + 1) * width());
      }
      layer.merge->run(workspace, both, rows, x, After::kAdd);
    } else {
      workspace.loops.add(first, second, rows * width(), first);
      workspace.loops.multiply(first, 0.5f, rows * width(), first);
      workspace.loops.add(x, first, rows * width(), x);
    }
  }
  layer.cross_norm.run(workspace.loops, x, rows, x);
}

void PackedMed::feed_forward(Workspace& workspace, const Layer& layer, float* x, std::int64_t rows) const {
  const Arena::Scope scope(workspace.shared);
  auto* hidden = workspace.shared.take<float>(rows * layer.fc1->out());
  layer.fc1->run(workspace, x, rows, hidden, After::kGelu);
  layer.fc2->run(workspace, hidden, rows, x, After::kAdd);
  layer.output_norm.run(workspace.loops, x, rows, x);
}

// context [R, D], or [texts, D] for the first rows.
void PackedMed::self_attend(Workspace& workspace, const TextRows& texts, const float* qkv, bool causal, Last last,
                            float* context) const {
  const Arena::Scope scope(workspace.shared);
  std::int64_t longest = 0;
  for (std::int64_t t = 0; t < texts.texts(); ++t) longest = std::max(longest, texts.starts[t + 1] - texts.starts[t]);
  auto* numbers = workspace.shared.take<std::int32_t>(longest);
  std::iota(numbers, numbers + longest, 0);
  auto* text_of = workspace.shared.take<std::int32_t>(texts.starts.back());
  for (std::int64_t t = 0; t < texts.texts(); ++t)
    std::fill(text_of + texts.starts[t], text_of + texts.starts[t + 1], static_cast<std::int32_t>(t));
  const std::int64_t rows = last == Last::kFirst ? texts.texts() : texts.starts.back();
  parallel_for(workspace.threads, rows, [&](std::int64_t row, int slot) {
    const std::int64_t text = last == Last::kFirst ? row : text_of[row], begin = texts.starts[text];
    const std::int64_t at = last == Last::kFirst ? begin : row;
    const std::int64_t seen = causal ? at - begin + 1 : texts.starts[text + 1] - begin;
    const float* own = qkv + begin * 3 * width();
    attend_row(workspace, slot, heads_, qkv + at * 3 * width(), own + width(), own + 2 * width(), 3 * width(),
               std::span(numbers, static_cast<std::size_t>(seen)), context + row * width());
  });
}

void PackedMed::run(Workspace& workspace, const TextRows& texts, std::span<const CrossSource> cross, bool causal,
                    Last last, float* states, std::span<float* const> keys_values) const {
  const Arena::Scope scope(workspace.shared);
  const std::int64_t rows = texts.starts.back();
  auto* x = workspace.shared.take<float>(rows * width());
  auto* qkv = workspace.shared.take<float>(rows * 3 * width());
  auto* context = workspace.shared.take<float>(rows * width());
  for (std::int64_t t = 0; t < texts.texts(); ++t) {
    for (std::int64_t r = texts.starts[t]; r < texts.starts[t + 1]; ++r)
      embed(workspace.loops, texts.ids[r], r - texts.starts[t], x + r * width());
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    const bool is_last = i + 1 == layers_.size();
    layer.qkv->run(workspace, x, rows, qkv);
    if (!keys_values.empty()) {
      for (std::int64_t r = 0; r < rows; ++r)
        std::copy_n(qkv + (r * 3 + 1) * width(), 2 * width(), keys_values[i] + r * 2 * width());
    }
    if (is_last && last == Last::kKeysValues) return;
    const Last made = is_last ? last : Last::kAll;
    self_attend(workspace, texts, qkv, causal, made, context);
    std::int64_t kept = rows;
    if (made == Last::kFirst) {
      kept = texts.texts();
      for (std::int64_t t = 0; t < kept; ++t) std::copy_n(x + texts.starts[t] * width(), width(), x + t * width());
    }
    layer.self_output->run(workspace, context, kept, x, After::kAdd);
    layer.self_norm.run(workspace.loops, x, kept, x);
    if (!cross.empty()) cross_attend(workspace, i, cross, x, kept);
    feed_forward(workspace, layer, x, kept);
    if (is_last) std::copy_n(x, kept * width(), states);
  }
}

}  // namespace blip
