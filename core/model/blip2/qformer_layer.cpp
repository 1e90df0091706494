#include "core/model/blip2/qformer_layer.h"

#include "core/model/module_group.h"

namespace blip {

QFormerLayerImpl::QFormerLayerImpl(const QFormerConfig& config, int64_t number) {
  attention =
      register_module("attention", MedAttention(config.width, config.width, config.heads, config.layer_norm_eps));
  if (number % config.cross_frequency == 0) {
    crossattention = register_module(
        "crossattention", MedAttention(config.width, config.cross_width, config.heads, config.layer_norm_eps));
  }
  of_queries_ = add_feed_forward(config, "_query");
  if (config.vocab_size > 0) of_text_ = add_feed_forward(config, "");
}

QFormerLayerImpl::FeedForward QFormerLayerImpl::add_feed_forward(const QFormerConfig& config,
                                                                 const std::string& suffix) {
  FeedForward part;
  part.inner = register_module("intermediate" + suffix, std::make_shared<ModuleGroup>())
                   ->add("dense", Linear(config.width, config.ffn_width));
  const auto output = register_module("output" + suffix, std::make_shared<ModuleGroup>());
  part.outer = output->add("dense", Linear(config.ffn_width, config.width));
  part.norm = output->add("LayerNorm", LayerNorm(config.width, config.layer_norm_eps));
  return part;
}

torch::Tensor QFormerLayerImpl::run(FeedForward& part, const torch::Tensor& x) {
  const auto change = part.outer(torch::gelu(part.inner(x)));
  return part.norm(torch::dropout(change, dropout_, is_training() && dropout_ > 0) + x);
}

torch::Tensor QFormerLayerImpl::feed_forward(const torch::Tensor& text) {
  TORCH_CHECK(!of_text_.inner.is_empty(), "this Q-Former reads no text");
  return run(of_text_, text);
}

torch::Tensor QFormerLayerImpl::forward(const torch::Tensor& x, int64_t queries, const KeyValue& kv,
                                        const torch::Tensor& bias, const KeyValue* cross) {
  const auto attended = attention(x, kv, bias);
  if (queries == 0) return feed_forward(attended);
  auto query_part = attended.narrow(/*dim=*/1, 0, queries);
  if (!crossattention.is_empty()) {
    TORCH_CHECK(cross != nullptr, "queries need a picture");
    query_part = crossattention(query_part, *cross, /*bias=*/torch::Tensor{});
  }
  query_part = run(of_queries_, query_part);
  const int64_t rest = x.size(1) - queries;
  if (rest == 0) return query_part;
  return torch::cat({query_part, feed_forward(attended.narrow(1, queries, rest))}, /*dim=*/1);
}

void QFormerLayerImpl::set_dropout(double share) {
  dropout_ = share;
  attention->set_dropout(share);
  if (!crossattention.is_empty()) crossattention->set_dropout(share);
}

}  // namespace blip
