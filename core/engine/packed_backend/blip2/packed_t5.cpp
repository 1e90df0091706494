#include "core/engine/packed_backend/blip2/packed_t5.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/engine/packed_backend/blip2/text_attention.h"

namespace blip {
namespace {

// The bucket of a key `distance` places behind the query: one for each small distance, then ever wider ones up to
// config.max_distance. Rounded as the original rounds, in float32.
std::int64_t bucket_of(std::int64_t distance, const LanguageModelConfig& config, bool two_sided) {
  std::int64_t buckets = config.position_buckets, first = 0;
  if (two_sided) {
    buckets /= 2;
    if (distance > 0) first = buckets;
    distance = std::abs(distance);
  } else {
    distance = -std::min<std::int64_t>(distance, 0);
  }
  const std::int64_t exact = buckets / 2;
  if (distance < exact) return first + distance;
  const float wide =
      std::log(static_cast<float>(distance) / static_cast<float>(exact)) /
      static_cast<float>(std::log(static_cast<double>(config.max_distance) / static_cast<double>(exact))) *
      static_cast<float>(buckets - exact);
  return first + std::min(exact + static_cast<std::int64_t>(wide), buckets - 1);
}

std::string block(const char* stack, std::int64_t number) {
  return std::string("language_model.") + stack + ".block." + std::to_string(number) + ".layer.";
}

}  // namespace

std::vector<float> relative_bias(std::span<const float> embedding, const LanguageModelConfig& config, bool two_sided) {
  const std::int64_t distances = 2 * config.max_distance + 1;
  std::vector<float> bias(static_cast<std::size_t>(config.heads * distances));
  for (std::int64_t d = 0; d < distances; ++d) {
    const std::int64_t bucket = bucket_of(d - config.max_distance, config, two_sided);
    for (std::int64_t h = 0; h < config.heads; ++h)
      bias[static_cast<std::size_t>(h * distances + d)] =
          embedding[static_cast<std::size_t>(bucket * config.heads + h)];
  }
  return bias;
}

T5FeedForward::T5FeedForward(LanguageWeights& weights, const std::string& name, const LanguageModelConfig& config)
    : norm(weights.rms_norm(name + "layer_norm", config.layer_norm_eps)),
      gate(config.gated ? weights.linear(name + "DenseReluDense.wi_0") : nullptr),
      inner(weights.linear(name + (config.gated ? "DenseReluDense.wi_1" : "DenseReluDense.wi"))),
      outer(weights.linear(name + "DenseReluDense.wo")),
      activation(config.activation) {}

void T5FeedForward::run(Workspace& workspace, float* x, std::int64_t rows) const {
  const Arena::Scope scope(workspace.shared);
  auto* normed = workspace.shared.take<float>(rows * inner->in());
  auto* hidden = workspace.shared.take<float>(rows * inner->out());
  norm.run(workspace.loops, x, rows, normed);
  const auto activated = [&](const StoredLinear& linear, float* y) {
    if (activation != Activation::kGeluTanh) return linear.run(workspace, normed, rows, y, after_of(activation));
    linear.run(workspace, normed, rows, y);
    workspace.loops.gelu_tanh(y, rows * linear.out(), y);
  };
  if (gate) {
    auto* open = workspace.shared.take<float>(rows * gate->out());
    activated(*gate, open);
    inner->run(workspace, normed, rows, hidden);
    workspace.loops.product(hidden, open, rows * inner->out(), hidden);
  } else {
    activated(*inner, hidden);
  }
  outer->run(workspace, hidden, rows, x, After::kAdd);
}

PackedT5::SelfAttention PackedT5::self_attention(LanguageWeights& weights, const std::string& at,
                                                 const LanguageModelConfig& config) {
  const std::string self = at + "0.SelfAttention.";
  return {weights.rms_norm(at + "0.layer_norm", config.layer_norm_eps),
          weights.linear(std::array{self + "q", self + "k", self + "v"}), weights.linear(self + "o")};
}

PackedT5::PackedT5(LanguageWeights& weights, const LanguageModelConfig& config)
    : encoder_bias_(relative_bias(
          weights.values("language_model.encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"), config,
          /*two_sided=*/true)),
      decoder_bias_(relative_bias(
          weights.values("language_model.decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"), config,
          /*two_sided=*/false)),
      tokens_(weights.tensor("language_model.shared.weight")),
      encoder_norm_(weights.rms_norm("language_model.encoder.final_layer_norm", config.layer_norm_eps)),
      decoder_norm_(weights.rms_norm("language_model.decoder.final_layer_norm", config.layer_norm_eps)),
      head_scale_(config.tied_head ? 1.0f / std::sqrt(static_cast<float>(config.width)) : 1.0f),
      head_(weights.head(config.tied_head ? "language_model.shared" : "language_model.lm_head")) {
  shape_.layers = config.decoder_depth;
  shape_.width = config.width;
  shape_.vocabulary = config.vocab_size;
  shape_.self.heads = {config.heads, config.head_width};
  shape_.cross = shape_.self;
  shape_.self.bias = {decoder_bias_.data(), 2 * config.max_distance + 1, config.max_distance};
  encoder_shape_ = shape_;
  encoder_shape_.layers = config.depth;
  encoder_shape_.self.bias.values = encoder_bias_.data();
  for (std::int64_t i = 0; i < config.depth; ++i) {
    const std::string at = block("encoder", i);
    encoder_.push_back({self_attention(weights, at, config), T5FeedForward(weights, at + "1.", config)});
  }
  for (std::int64_t i = 0; i < config.decoder_depth; ++i) {
    const std::string at = block("decoder", i), cross = at + "1.EncDecAttention.";
    decoder_.push_back({self_attention(weights, at, config),
                        {weights.rms_norm(at + "1.layer_norm", config.layer_norm_eps), weights.linear(cross + "q"),
                         weights.linear(std::array{cross + "k", cross + "v"}), weights.linear(cross + "o")},
                        T5FeedForward(weights, at + "2.", config)});
  }
}

void PackedT5::embed_token(std::int64_t id, float* x) const {
  std::fill_n(x, shape_.width, 0.0f);
  tokens_.add_to(id, x);
}

void PackedT5::embed(Workspace&, std::int64_t id, std::int64_t, float* x) const {
  embed_token(id, x);
}

bool PackedT5::attend_self(Workspace& workspace, const SelfAttention& part, std::int64_t number, float* x,
                           std::int64_t rows, RowAttention& attention) const {
  const Arena::Scope scope(workspace.shared);
  const std::int64_t width = shape_.kept_width();
  auto* normed = workspace.shared.take<float>(rows * shape_.width);
  auto* qkv = workspace.shared.take<float>(rows * 3 * width);
  auto* context = workspace.shared.take<float>(rows * width);
  part.norm.run(workspace.loops, x, rows, normed);
  part.qkv->run(workspace, normed, rows, qkv);
  if (!attention.attend_self(number, {qkv, qkv + width, qkv + 2 * width, 3 * width}, context)) return false;
  part.output->run(workspace, context, rows, x, After::kAdd);
  return true;
}

void PackedT5::encode(Workspace& workspace, float* x, std::int64_t rows) const {
  const std::int64_t starts[] = {0, rows};
  const DecodeStart nothing;
  TextAttention attention(workspace, encoder_shape_, nothing, starts, /*causal=*/false);
  for (std::size_t i = 0; i < encoder_.size(); ++i) {
    attend_self(workspace, encoder_[i].self, static_cast<std::int64_t>(i), x, rows, attention);
    encoder_[i].feed_forward.run(workspace, x, rows);
  }
  encoder_norm_.run(workspace.loops, x, rows, x);
}

std::shared_ptr<const Prefix> PackedT5::keys_values(Workspace& workspace, const float* states,
                                                    std::int64_t rows) const {
  auto made = std::make_shared<Prefix>(shape_.layers, rows, shape_.kept_width());
  for (std::size_t i = 0; i < decoder_.size(); ++i)
    decoder_[i].cross.keys_values->run(workspace, states, rows, made->row(static_cast<std::int64_t>(i), 0));
  return made;
}

void PackedT5::run_layer(Workspace& workspace, std::int64_t number, float* x, std::int64_t rows,
                         RowAttention& attention) const {
  const DecoderLayer& layer = decoder_[static_cast<std::size_t>(number)];
  if (!attend_self(workspace, layer.self, number, x, rows, attention)) return;
  {
    const Arena::Scope scope(workspace.shared);
    const std::int64_t width = shape_.kept_width();
    auto* normed = workspace.shared.take<float>(rows * shape_.width);
    auto* queries = workspace.shared.take<float>(rows * width);
    auto* context = workspace.shared.take<float>(rows * width);
    layer.cross.norm.run(workspace.loops, x, rows, normed);
    layer.cross.query->run(workspace, normed, rows, queries);
    attention.attend_cross(number, queries, context);
    layer.cross.output->run(workspace, context, rows, x, After::kAdd);
  }
  layer.feed_forward.run(workspace, x, rows);
}

void PackedT5::run_head(Workspace& workspace, float* x, std::int64_t rows, float* logits) const {
  decoder_norm_.run(workspace.loops, x, rows, x);
  if (head_scale_ != 1.0f) workspace.loops.multiply(x, head_scale_, rows * shape_.width, x);
  head_->run(workspace, x, rows, logits);
}

}  // namespace blip
