#include "training/model/blip_caption.h"

#include "training/losses/lm_loss.h"
#include "training/model/batch_tensors.h"
#include "training/model/rank_share.h"

namespace blip {

BlipCaption::BlipCaption(const TaskOptions& options, const ModelConfig& config)
    : BlipTask(options, config, {.layout = Layout::kCaptioner}) {}

StepLosses BlipCaption::step(const Batch& batch, const StepContext& context) {
  const auto& device = options().device;
  const auto images = model()->visual_encoder(image_tensor(batch.images, batch.size, batch.side, device));
  const TextTensors texts = with_first_token(text_tensors(batch.texts, device), options().tokens.decode);
  const std::int64_t prompt = batch.prompt_tokens.empty() ? 0 : batch.prompt_tokens.front();
  const auto logits = model()->text_decoder(texts.ids, model()->text_decoder->bert->cross_states(images));
  const auto labels = lm_labels(texts.ids, texts.keep, prompt);
  const auto loss = lm_loss(logits, labels, options().label_smoothing) * token_share(labels, context.communicator);
  return {loss, {{"loss_lm", loss.detach()}}};
}

}  // namespace blip
