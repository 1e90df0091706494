#include "training/model/blip2_stage1.h"

#include <ATen/ATen.h>

#include "training/distributed/communicator.h"
#include "training/losses/lm_loss.h"
#include "training/model/rank_share.h"

namespace blip {
namespace {

torch::Tensor gathered(const torch::Tensor& tensor, const StepContext& context) {
  return context.communicator == nullptr ? tensor : context.communicator->gather_with_grad(tensor);
}

// [B, T] -> [B, length], filled up at the right.
torch::Tensor widened(const torch::Tensor& tensor, int64_t length) {
  if (tensor.size(1) == length) return tensor;
  return at::constant_pad_nd(tensor, {0, length - tensor.size(1)}, 0);
}

// The texts of all ranks: the longest rank's length, known to all.
TextTensors gathered_texts(const TextTensors& texts, const StepContext& context) {
  if (context.communicator == nullptr) return texts;
  auto& ranks = *context.communicator;
  const auto length = ranks.gather(torch::full({1}, texts.ids.size(1), torch::kInt64)).max().item<std::int64_t>();
  const auto keep = widened(texts.keep.to(torch::kUInt8), length);
  return {ranks.gather(widened(texts.ids, length).contiguous()), ranks.gather(keep.contiguous()).to(torch::kBool)};
}

CrossStates selected(const CrossStates& states, const torch::Tensor& rows) {
  CrossStates chosen;
  for (const KeyValue& layer : states) {
    const bool there = layer.key.defined();
    chosen.push_back(there ? KeyValue{layer.key.index_select(0, rows), layer.value.index_select(0, rows)} : KeyValue{});
  }
  return chosen;
}

CrossStates concatenated(const CrossStates& first, const CrossStates& second) {
  CrossStates both;
  for (size_t i = 0; i < first.size(); ++i) {
    const bool there = first[i].key.defined();
    both.push_back(
        there ? KeyValue{torch::cat({first[i].key, second[i].key}), torch::cat({first[i].value, second[i].value})}
              : KeyValue{});
  }
  return both;
}

torch::Tensor unit(const torch::Tensor& features) {
  constexpr double kLeastNorm = 1e-12;
  return features / features.norm(2, /*dim=*/-1, /*keepdim=*/true).clamp_min(kLeastNorm);
}

}  // namespace

struct Blip2Stage1::Pairs {
  torch::Tensor images;  // [B, N, V] behind the LayerNorm
  CrossStates cross;     // of the Q-Former, of these pictures
  TextTensors texts;     // [CLS] …
};

Blip2Stage1::Blip2Stage1(const Blip2TaskOptions& options, const ModelConfig& config)
    : Blip2Task(options, config, Layout::kBlip2Qformer) {}

StepLosses Blip2Stage1::step(const Batch& batch, const StepContext& context) {
  Pairs pairs;
  pairs.images = image_states(batch);
  pairs.texts = text_tensors(batch.texts, options().device);
  QFormer& qformer = model()->qformer;
  pairs.cross = qformer->cross_states(pairs.images);
  const QueryStates queries = qformer->encode_queries(model()->query_tokens, pairs.cross);

  StepLosses losses;
  const auto add = [&](const char* part, const torch::Tensor& loss, double weight) {
    losses.parts.emplace_back(part, loss.detach());
    const auto weighted = weight == 1 ? loss : loss * weight;
    losses.total = losses.total.defined() ? losses.total + weighted : weighted;
  };
  const bool contrasts = options().itc_weight > 0 || options().itm_weight > 0;
  if (contrasts) {
    const auto text_states = qformer->encode_text(pairs.texts.ids, pairs.texts.keep);
    QueryContrastInputs inputs;
    inputs.image = unit(model()->vision_proj(queries.states));         // [B, Q, E]
    inputs.text = unit(model()->text_proj(text_states.select(1, 0)));  // [B, E]
    inputs.all_images = gathered(inputs.image, context);
    inputs.all_texts = gathered(inputs.text, context);
    if (context.communicator != nullptr) inputs.first = context.communicator->rank() * batch.size;
    if (options().image_ids) {
      inputs.image_ids = to_tensor(batch.image_indices, options().device);
      inputs.all_image_ids =
          context.communicator == nullptr ? inputs.image_ids : context.communicator->gather(inputs.image_ids);
    }
    const auto similarities = query_contrast(inputs, temperature(), options().label_smoothing);
    if (options().itc_weight > 0) add("loss_itc", similarities.loss, options().itc_weight);
    if (options().itm_weight > 0)
      add("loss_itm", match_loss(pairs, inputs, similarities, context), options().itm_weight);
  }
  if (options().lm_weight > 0) {
    const TextTensors decoded = with_first_token(pairs.texts, options().tokens.decode);
    const auto labels = lm_labels(decoded.ids, decoded.keep);
    const auto logits = qformer->decode_text(decoded.ids, decoded.keep, queries.key_values);
    const auto loss = lm_loss(logits, labels, options().label_smoothing);
    add("loss_lm", loss * token_share(labels, context.communicator), options().lm_weight);
  }
  return losses;
}

torch::Tensor Blip2Stage1::match_loss(const Pairs& pairs, const QueryContrastInputs& contrast,
                                      const QueryContrastOutputs& similarities, const StepContext& context) {
  const auto wrong_images = choose_negatives_(query_negative_weights(similarities.sim_t2i.detach(), contrast));
  const auto wrong_texts = choose_negatives_(query_negative_weights(similarities.sim_i2t.detach(), contrast));
  const TextTensors all = gathered_texts(pairs.texts, context);
  const auto length = std::max(pairs.texts.ids.size(1), all.ids.size(1));
  const auto own_ids = widened(pairs.texts.ids, length), own_keep = widened(pairs.texts.keep, length);
  const auto ids = torch::cat({own_ids, own_ids, all.ids.index_select(0, wrong_texts)});
  const auto keep = torch::cat({own_keep, own_keep, all.keep.index_select(0, wrong_texts)});

  QFormer& qformer = model()->qformer;
  const CrossStates of_wrong =
      context.communicator == nullptr
          ? selected(pairs.cross, wrong_images)
          : qformer->cross_states(gathered(pairs.images, context).index_select(0, wrong_images));
  const CrossStates cross = concatenated(concatenated(pairs.cross, of_wrong), pairs.cross);
  const auto states = qformer->encode_pair(model()->query_tokens, ids, keep, cross);  // [3B, Q + T, D]
  const auto of_queries = states.narrow(1, 0, model()->query_tokens.size(1));
  const auto logits = model()->itm_head(of_queries).mean(1);  // [3B, 2]
  const auto batch = pairs.texts.ids.size(0);
  const auto labels = torch::zeros({3 * batch}, pairs.texts.ids.options());
  labels.narrow(0, 0, batch).fill_(1);
  return at::cross_entropy_loss(logits, labels);
}

}  // namespace blip
