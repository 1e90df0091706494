#include "training/model/match_step.h"

#include <ATen/ATen.h>

namespace blip {
namespace {

// [B, T] -> [B, length], filled up at the right.
torch::Tensor widened(const torch::Tensor& tensor, int64_t length) {
  if (tensor.size(1) == length) return tensor;
  return at::constant_pad_nd(tensor, {0, length - tensor.size(1)}, 0);
}

}  // namespace

CrossStates select_rows(const CrossStates& states, const torch::Tensor& rows) {
  CrossStates selected;
  selected.reserve(states.size());
  for (const KeyValue& layer : states) {
    selected.push_back({layer.key.index_select(0, rows), layer.value.index_select(0, rows)});
  }
  return selected;
}

torch::Tensor match_loss(Blip& model, const MatchInputs& inputs) {
  const auto batch = inputs.own.size(0);
  const auto length = std::max(inputs.texts.ids.size(1), inputs.wrong_texts.ids.size(1));
  const auto stacked = [&](const torch::Tensor& texts, const torch::Tensor& wrong) {
    const auto own = widened(texts, length);
    return torch::cat({own, own, widened(wrong, length)});
  };
  const auto ids = stacked(inputs.texts.ids, inputs.wrong_texts.ids);     // [3B, T]
  const auto keep = stacked(inputs.texts.keep, inputs.wrong_texts.keep);  // [3B, T]
  const auto cross = select_rows(inputs.cross, torch::cat({inputs.own, inputs.wrong, inputs.own}));
  const auto states = model->text_encoder->encode(ids, keep, &cross);  // [3B, T, D]
  const auto logits = model->itm_head(states.select(1, 0));            // [3B, 2]
  const auto options = inputs.own.options();
  const auto labels = torch::cat({torch::ones({batch}, options), torch::zeros({2 * batch}, options)});
  return at::cross_entropy_loss(logits, labels);
}

}  // namespace blip
