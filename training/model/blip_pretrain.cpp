#include "training/model/blip_pretrain.h"

#include "training/losses/lm_loss.h"
#include "training/model/match_step.h"
#include "training/model/rank_share.h"

namespace blip {

BlipPretrain::BlipPretrain(const TaskOptions& options, const ModelConfig& config)
    : BlipTask(options, config, {.layout = Layout::kPretrain, .tied = true, .temperature = true}),
      contrast_(options, config, model(), flat_parameters(), /*with_idx=*/false) {}

StepLosses BlipPretrain::step(const Batch& batch, const StepContext& context) {
  {
    const torch::NoGradGuard no_grad;
    temperature().clamp_(0.001, 0.5);
  }
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
    contrast_.copy_now();
    images = model()->visual_encoder(pictures);
    cross = model()->text_encoder->cross_states(images);
  } else {
    const auto features = contrast_.features(pictures, texts);
    images = features.images;
    const auto itc = contrast_.loss(features, pictures, texts, temperature(), context);
    add("loss_ita", itc.loss, options().ita_weight);

    cross = model()->text_encoder->cross_states(images);
    const auto own = torch::arange(batch.size, torch::dtype(torch::kInt64).device(device));
    const auto wrong_images = choose_(pretrain_negative_weights(itc.sim_t2i));
    const auto wrong_texts = choose_(pretrain_negative_weights(itc.sim_i2t));
    const TextTensors encoded = with_first_token(texts, options().tokens.encode);
    const TextTensors wrong{encoded.ids.index_select(0, wrong_texts), encoded.keep.index_select(0, wrong_texts)};
    add("loss_itm", match_loss(model(), {cross, own, wrong_images, encoded, wrong}), options().itm_weight);
  }

  const TextTensors decoded = with_first_token(texts, options().tokens.decode);
  const auto logits = model()->text_decoder(decoded.ids, cross);  // [B, T, vocabulary]
  const auto labels = lm_labels(decoded.ids, decoded.keep);
  const auto lm = lm_loss(logits, labels, options().label_smoothing);
  add("loss_lm", lm * token_share(labels, context.communicator), options().lm_weight);
  return losses;
}

std::vector<NamedTensor> BlipPretrain::state() const {
  auto tensors = BlipTask::state();
  const auto contrast = contrast_.state();
  tensors.insert(tensors.end(), contrast.begin(), contrast.end());
  return tensors;
}

void BlipPretrain::set_training(bool on) {
  BlipTask::set_training(on);
  contrast_.set_training(on);
}

}  // namespace blip
