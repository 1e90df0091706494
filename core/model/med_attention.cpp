#include "core/model/med_attention.h"

#include <string>

#include "core/model/module_group.h"

namespace blip {

MedAttentionImpl::MedAttentionImpl(int64_t width, int64_t source_width, int64_t heads, double eps) : heads_(heads) {
  const auto self = register_module("self", std::make_shared<ModuleGroup>());
  query_ = self->add("query", Linear(width, width));
  key_ = self->add("key", Linear(source_width, width));
  value_ = self->add("value", Linear(source_width, width));
  const auto output = register_module("output", std::make_shared<ModuleGroup>());
  dense_ = output->add("dense", Linear(width, width));
  norm_ = output->add("LayerNorm", LayerNorm(width, eps));
}

KeyValue MedAttentionImpl::keys_values(const torch::Tensor& source) {
  return {split_heads(key_(source), heads_), split_heads(value_(source), heads_)};
}

torch::Tensor MedAttentionImpl::queries(const torch::Tensor& x) {
  return split_heads(query_(x), heads_);
}

torch::Tensor MedAttentionImpl::output(const torch::Tensor& context, const torch::Tensor& x) {
  return norm_(torch::dropout(dense_(merge_heads(context)), dropout_, is_training() && dropout_ > 0) + x);
}

torch::Tensor MedAttentionImpl::forward(const torch::Tensor& x, const KeyValue& kv, const torch::Tensor& bias) {
  return output(attend(queries(x), kv, bias, is_training() ? dropout_ : 0), x);
}

TwinCrossAttentionImpl::TwinCrossAttentionImpl(int64_t width, int64_t source_width, int64_t heads, double eps,
                                               bool merge)
    : heads_(heads) {
  const auto output = register_module("output", std::make_shared<ModuleGroup>());
  for (int i = 0; i < 2; ++i) {
    const std::string which = std::to_string(i);
    const auto self = register_module("self" + which, std::make_shared<ModuleGroup>());
    query_[i] = self->add("query", Linear(width, width));
    key_[i] = self->add("key", Linear(source_width, width));
    value_[i] = self->add("value", Linear(source_width, width));
    dense_[i] = output->add("dense" + which, Linear(width, width));
  }
  if (merge) merge_ = output->add("merge_layer", Linear(2 * width, width));
  norm_ = output->add("LayerNorm", LayerNorm(width, eps));
}

torch::Tensor TwinCrossAttentionImpl::branch(const torch::Tensor& x, const torch::Tensor& image, int which) {
  const KeyValue kv{split_heads(key_[which](image), heads_), split_heads(value_[which](image), heads_)};
  return dense_[which](
      merge_heads(attend(split_heads(query_[which](x), heads_), kv, /*bias=*/{}, is_training() ? dropout_ : 0)));
}

torch::Tensor TwinCrossAttentionImpl::forward(const torch::Tensor& x, const torch::Tensor& first,
                                              const torch::Tensor& second) {
  const auto from_first = branch(x, first, 0), from_second = branch(x, second, 1);  // [B, T, D]
  const auto merged =
      merge_.is_empty() ? (from_first + from_second) / 2 : merge_(torch::cat({from_first, from_second}, -1));
  return norm_(torch::dropout(merged, dropout_, is_training() && dropout_ > 0) + x);
}

}  // namespace blip
