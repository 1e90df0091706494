#include "training/model/blip_nlvr.h"

#include <ATen/ATen.h>

#include "training/model/batch_tensors.h"

namespace blip {

BlipNlvr::BlipNlvr(const TaskOptions& options, const ModelConfig& config)
    : BlipTask(options, config, {.layout = Layout::kNlvr}) {}

StepLosses BlipNlvr::step(const Batch& batch, const StepContext&) {
  const auto& device = options().device;
  const auto pictures = torch::cat({image_tensor(batch.images, batch.size, batch.side, device),
                                    image_tensor(batch.second_images, batch.size, batch.side, device)});
  const auto images = model()->visual_encoder(pictures).chunk(2);  // 2 x [B, N, V]
  const TextTensors texts = with_first_token(text_tensors(batch.texts, device), options().tokens.encode);
  const auto states = model()->text_encoder->encode_pair(texts.ids, texts.keep, images[0], images[1]);
  const auto loss = at::cross_entropy_loss(model()->classify(states), to_tensor(batch.labels, device));
  return {loss, {{"loss_nlvr", loss.detach()}}};
}

}  // namespace blip
