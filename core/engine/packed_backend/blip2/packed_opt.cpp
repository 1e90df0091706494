#include "core/engine/packed_backend/blip2/packed_opt.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace blip {
namespace {

constexpr std::int64_t kPositionOffset = 2;  // rows in front of the first position's

const std::string kDecoder = "language_model.model.decoder.";

}  // namespace

PackedOpt::PackedOpt(LanguageWeights& weights, const LanguageModelConfig& config)
    : activation_(after_of(config.activation)),
      tokens_(weights.tensor(kDecoder + "embed_tokens.weight")),
      positions_(weights.tensor(kDecoder + "embed_positions.weight")),
      norm_(weights.norm(kDecoder + "final_layer_norm", config.layer_norm_eps)),
      head_(weights.head(config.tied_head ? kDecoder + "embed_tokens" : "language_model.lm_head")) {
  shape_.layers = config.depth;
  shape_.width = config.width;
  shape_.vocabulary = config.vocab_size;
  shape_.positions = config.max_positions;
  shape_.self.heads = {config.heads, config.width / config.heads};
  shape_.self.scale = 1.0f / std::sqrt(static_cast<float>(shape_.self.heads.width));
  for (std::int64_t i = 0; i < config.depth; ++i) {
    const std::string at = kDecoder + "layers." + std::to_string(i) + '.', self = at + "self_attn.";
    layers_.push_back({weights.norm(at + "self_attn_layer_norm", config.layer_norm_eps),
                       weights.norm(at + "final_layer_norm", config.layer_norm_eps),
                       weights.linear(std::array{self + "q_proj", self + "k_proj", self + "v_proj"}),
                       weights.linear(self + "out_proj"), weights.linear(at + "fc1"), weights.linear(at + "fc2")});
  }
}

void PackedOpt::embed(Workspace&, std::int64_t id, std::int64_t position, float* x) const {
  std::fill_n(x, shape_.width, 0.0f);
  tokens_.add_to(id, x);
  add_position(position, x);
}

void PackedOpt::add_position(std::int64_t position, float* x) const {
  positions_.add_to(position + kPositionOffset, x);
}

void PackedOpt::run_layer(Workspace& workspace, std::int64_t number, float* x, std::int64_t rows,
                          RowAttention& attention) const {
  const Arena::Scope scope(workspace.shared);
  const Layer& layer = layers_[static_cast<std::size_t>(number)];
  const std::int64_t width = shape_.width;
  auto* normed = workspace.shared.take<float>(rows * width);
  auto* qkv = workspace.shared.take<float>(rows * 3 * width);
  layer.attention_norm.run(workspace.loops, x, rows, normed);
  layer.qkv->run(workspace, normed, rows, qkv);
  auto* context = normed;
  if (!attention.attend_self(number, {qkv, qkv + width, qkv + 2 * width, 3 * width}, context)) return;
  layer.output->run(workspace, context, rows, x, After::kAdd);
  layer.final_norm.run(workspace.loops, x, rows, normed);
  auto* hidden = workspace.shared.take<float>(rows * layer.fc1->out());
  layer.fc1->run(workspace, normed, rows, hidden, activation_);
  layer.fc2->run(workspace, hidden, rows, x, After::kAdd);
}

void PackedOpt::run_head(Workspace& workspace, float* x, std::int64_t rows, float* logits) const {
  norm_.run(workspace.loops, x, rows, x);
  head_->run(workspace, x, rows, logits);
}

}  // namespace blip
