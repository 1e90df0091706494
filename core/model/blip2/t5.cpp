#include "core/model/blip2/t5.h"

#include <cmath>

#include "core/model/converted_linear.h"

namespace blip {

T5StackImpl::T5StackImpl(const LanguageModelConfig& config, bool decoder) : decoder_(decoder) {
  auto list = register_module("block", torch::nn::ModuleList());
  const int64_t depth = decoder ? config.decoder_depth : config.depth;
  for (int64_t i = 0; i < depth; ++i) {
    blocks.emplace_back(T5Block(config, decoder, /*with_positions=*/i == 0));
    list->push_back(blocks.back());
  }
  final_norm_ = register_module("final_layer_norm", T5Norm(config.width, config.layer_norm_eps));
}

torch::Tensor T5StackImpl::causal_bias(int64_t length) {
  const auto bias = blocks.front()->attention->position_bias(0, length, length, /*bidirectional=*/false);
  return bias + mask_bias(causal_mask(length, bias.device()), bias.scalar_type());
}

torch::Tensor T5StackImpl::dropped(const torch::Tensor& x) {
  return torch::dropout(x, dropout_, is_training() && dropout_ > 0);
}

torch::Tensor T5StackImpl::forward(torch::Tensor x, const torch::Tensor& keep, const CrossStates* cross,
                                   const torch::Tensor& cross_keep) {
  const int64_t length = x.size(1);
  auto bias = decoder_ ? causal_bias(length)
                       : blocks.front()->attention->position_bias(0, length, length, /*bidirectional=*/true);
  if (keep.defined()) bias = bias + mask_bias(keep.unsqueeze(1).unsqueeze(1), bias.scalar_type());
  const auto cross_bias = cross_keep.defined() ? mask_bias(cross_keep.unsqueeze(1).unsqueeze(1), x.scalar_type())
                                               : torch::Tensor{};  // [B, 1, 1, N]
  x = dropped(x);
  for (size_t i = 0; i < blocks.size(); ++i)
    x = blocks[i](x, bias, cross != nullptr ? &(*cross)[i] : nullptr, cross_bias);
  return dropped(final_norm_(x));
}

void T5StackImpl::set_dropout(double share) {
  dropout_ = share;
  for (auto& block : blocks) block->set_dropout(share);
}

T5Impl::T5Impl(const LanguageModelConfig& config)
    : encoder(register_module("encoder", T5Stack(config, /*decoder=*/false))),
      decoder(register_module("decoder", T5Stack(config, /*decoder=*/true))),
      tied_scale_(1 / std::sqrt(static_cast<double>(config.width))),
      shared_(register_module("shared", Embedding(config.vocab_size, config.width))) {
  if (!config.tied_head) {
    head_ = register_module("lm_head", Linear(config.width, config.vocab_size, /*with_bias=*/false));
  }
}

torch::Tensor T5Impl::embed(const torch::Tensor& ids) {
  return shared_(ids).to(type());
}

torch::Tensor T5Impl::encode(const torch::Tensor& inputs, const torch::Tensor& keep) {
  return encoder(inputs, keep);
}

CrossStates T5Impl::cross_states(const torch::Tensor& encoder_states) {
  CrossStates states;
  states.reserve(decoder->blocks.size());
  for (auto& block : decoder->blocks) states.push_back(block->cross_attention->keys_values(encoder_states));
  return states;
}

torch::Tensor T5Impl::decode(const torch::Tensor& ids, const torch::Tensor& keep, const CrossStates& cross,
                             const torch::Tensor& cross_keep) {
  return decoder(embed(ids), keep, &cross, cross_keep);
}

torch::Tensor T5Impl::logits(const torch::Tensor& states) {
  return head_.is_empty() ? apply_linear(states * tied_scale_, shared_->weight, /*bias=*/{}) : head_(states);
}

void T5Impl::set_dropout(double share) {
  encoder->set_dropout(share);
  decoder->set_dropout(share);
}

}  // namespace blip
