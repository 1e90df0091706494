#include "training/model/blip_pretrain.h"

#include "training/losses/lm_loss.h"
#include "training/model/match_step.h"
#include "training/model/rank_share.h"

namespace blip {

BlipPretrain::BlipPretrain(const TaskOptions& options, const ModelConfig& config)
    : ContrastiveTask(options, config, {.layout = Layout::kPretrain, .tied = true, .temperature = true},
                      /*with_idx=*/false) {}

StepLosses BlipPretrain::step(const Batch& batch, const StepContext& context) {
  clamp_temperature();
  const auto& device = options().device;
  const auto pictures = image_tensor(batch.images, batch.size, batch.side, device);
  const TextTensors texts = text_tensors(batch.texts, device);
  StepLosses losses;
  const auto add = [&](const char* part, const torch::Tensor& loss, double weight) {
    losses.parts.emplace_back(part, loss.detach());
    const auto weighted = weight == 1 ? loss : loss * weight;
    losses.total = losses.total.defined() ? losses.total + weighted : weighted;
  };

  torch::Tensor images;  // [B, N, V]
  CrossStates cross;     // of encoder and decoder alike: they share cross-attention
  if (context.lm_only) {
    contrast().copy_now();
    images = model()->visual_encoder(pictures);
    cross = model()->text_encoder->cross_states(images);
  } else {
    const auto features = contrast().features(pictures, texts);
    images = features.images;
    const auto itc = contrast().loss(features, pictures, texts, temperature(), context);
    add("loss_ita", itc.loss, options().ita_weight);

    cross = model()->text_encoder->cross_states(images);
    const auto wrong_images = choose_negatives(pretrain_negative_weights(itc.sim_t2i));
    const auto wrong_texts = choose_negatives(pretrain_negative_weights(itc.sim_i2t));
    const TextTensors encoded = with_first_token(texts, options().tokens.encode);
    const TextTensors wrong{encoded.ids.index_select(0, wrong_texts), encoded.keep.index_select(0, wrong_texts)};
    add("loss_itm", match_loss(model(), {cross, wrong_images, encoded, wrong}), options().itm_weight);
  }

  const TextTensors decoded = with_first_token(texts, options().tokens.decode);
  const auto logits = model()->text_decoder(decoded.ids, cross);  // [B, T, vocabulary]
  const auto labels = lm_labels(decoded.ids, decoded.keep);
  const auto lm = lm_loss(logits, labels, options().label_smoothing);
  add("loss_lm", lm * token_share(labels, context.communicator), options().lm_weight);
  return losses;
}

}  // namespace blip
