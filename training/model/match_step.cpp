#include "training/model/match_step.h"

#include <ATen/ATen.h>

namespace blip {
namespace {

// [B, T] -> [B, length], filled up at the right.
torch::Tensor widened(const torch::Tensor& tensor, int64_t length) {
  if (tensor.size(1) == length) return tensor;
  return at::constant_pad_nd(tensor, {0, length - tensor.size(1)}, 0);
}

CrossStates first_rows(const CrossStates& states, int64_t count) {
  CrossStates first;
  first.reserve(states.size());
  for (const KeyValue& layer : states)
    first.push_back({layer.key.narrow(0, 0, count), layer.value.narrow(0, 0, count)});
  return first;
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
  const auto batch = inputs.texts.ids.size(0);
  const auto length = std::max(inputs.texts.ids.size(1), inputs.wrong_texts.ids.size(1));
  const auto first_states = [&](const torch::Tensor& ids, const torch::Tensor& keep, const CrossStates& cross) {
    return model->text_encoder->encode(ids, keep, &cross).select(1, 0);
  };
  // Rows 0 and 1 are the texts of picture 0: its own and a wrong one.
  const auto paired = [&](const torch::Tensor& texts, const torch::Tensor& wrong) {
    return torch::stack({widened(texts, length), widened(wrong, length)}, 1).flatten(0, 1);
  };
  const auto on_own =
      first_states(paired(inputs.texts.ids, inputs.wrong_texts.ids), paired(inputs.texts.keep, inputs.wrong_texts.keep),
                   first_rows(inputs.cross, batch));  // [2B, D]
  const auto on_wrong =
      first_states(inputs.texts.ids, inputs.texts.keep, select_rows(inputs.cross, inputs.wrong));  // [B, D]
  const auto logits = model->itm_head(torch::cat({on_own, on_wrong}));                             // [3B, 2]
  const auto labels = torch::zeros({3 * batch}, inputs.wrong.options());
  labels.narrow(0, 0, 2 * batch).view({batch, 2}).select(1, 0).fill_(1);
  return at::cross_entropy_loss(logits, labels);
}

}  // namespace blip
