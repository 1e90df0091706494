#include "tests/bench/recomputing_decoding.h"

#include <algorithm>
#include <utility>

namespace blip::bench {

RecomputingDecoding::RecomputingDecoding(TextDecoder decoder, torch::Tensor states)
    : decoder_(std::move(decoder)), states_(std::move(states)) {}

SequenceId RecomputingDecoding::join(const DecodeInput& input) {
  past_.assign(decoder_->bert->layers.size(), {});
  length_ = 0;
  pending_.assign(input.prompt.begin(), input.prompt.end() - 1);
  return 0;
}

void RecomputingDecoding::leave(SequenceId) {
  past_.clear();
}

// ids [R, T], parents [R] -> logits [R, vocabulary] of the last token
torch::Tensor RecomputingDecoding::run(const torch::Tensor& ids, const torch::Tensor& parents) {
  auto x = decoder_->bert->embed(ids, length_);
  const auto bias = mask_bias(causal_mask(ids.size(1), torch::kCPU), torch::kFloat32);
  const auto states = states_.expand({ids.size(0), -1, -1}).contiguous();  // a copy for each beam
  for (size_t i = 0; i < past_.size(); ++i) {
    auto& layer = decoder_->bert->layers[i];
    const KeyValue added = layer->attention->keys_values(x);
    const auto grow = [&](torch::Tensor& kept, const torch::Tensor& own) {
      kept = kept.defined() ? torch::cat({kept.index_select(0, parents), own}, 2) : own;
    };
    grow(past_[i].key, added.key);
    grow(past_[i].value, added.value);
    x = layer->attention(x, past_[i], ids.size(1) > 1 ? bias : torch::Tensor{});
    x = layer->crossattention(x, layer->crossattention->keys_values(states), torch::Tensor{});
    x = layer->feed_forward(x);
  }
  length_ += ids.size(1);
  return decoder_->head(x.select(1, -1));
}

void RecomputingDecoding::step_into(std::span<const RowStep> rows, Matrix& logits) {
  const c10::InferenceMode inference;
  std::vector<std::int64_t> tokens = std::exchange(pending_, {}), parents;
  for (const RowStep& row : rows) {
    tokens.push_back(row.token);
    parents.push_back(row.parent);
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  const auto made =
      run(torch::tensor(tokens, torch::kInt64).view({count, -1}), torch::tensor(parents, torch::kInt64)).contiguous();
  logits.resize(made.size(0), made.size(1));
  std::copy_n(made.data_ptr<float>(), logits.values.size(), logits.values.begin());
}

}  // namespace blip::bench
