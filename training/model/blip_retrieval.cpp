#include "training/model/blip_retrieval.h"

#include "training/distributed/communicator.h"
#include "training/model/match_step.h"

namespace blip {

BlipRetrieval::BlipRetrieval(const TaskOptions& options, const ModelConfig& config)
    : ContrastiveTask(options, config, {.layout = Layout::kMatcher, .temperature = true}, /*with_idx=*/true) {}

StepLosses BlipRetrieval::step(const Batch& batch, const StepContext& context) {
  clamp_temperature();
  const auto& device = options().device;
  auto* const ranks =
      context.communicator != nullptr && context.communicator->size() > 1 ? context.communicator : nullptr;
  const auto gathered = [&](const torch::Tensor& tensor) { return ranks != nullptr ? ranks->gather(tensor) : tensor; };

  const auto pictures = image_tensor(batch.images, batch.size, batch.side, device);
  const TextTensors texts = text_tensors(batch.texts, device);
  const auto idx = to_tensor(batch.image_indices, device);  // [B]
  const auto all_idx = gathered(idx);
  const auto features = contrast().features(pictures, texts);
  const auto itc = contrast().loss(features, pictures, texts, temperature(), context, idx, all_idx);

  // Candidates for negatives: the batches of all ranks, or the own batch alone.
  const bool everyones = ranks != nullptr && options().negative_all_rank;
  TextTensors encoded = with_first_token(texts, options().tokens.encode);
  TextTensors candidates = encoded;
  torch::Tensor candidate_image = features.image, candidate_text = features.text, candidate_idx = idx;
  if (everyones) {
    auto longest = torch::full({1}, encoded.ids.size(1), encoded.ids.options());
    const auto length = gathered(longest).max().item<std::int64_t>();
    const auto widened = [&](const torch::Tensor& tensor) {
      return at::constant_pad_nd(tensor, {0, length - tensor.size(1)}, 0);
    };
    candidates = {gathered(widened(encoded.ids)), gathered(widened(encoded.keep).to(torch::kUInt8)).to(torch::kBool)};
    candidate_image = gathered(features.image.detach());
    candidate_text = gathered(features.text.detach());
    candidate_idx = all_idx;
  }
  const auto wrong_images =
      choose_negatives(retrieval_negative_weights(features.text, candidate_image, temperature(), idx, candidate_idx));
  const auto wrong_texts =
      choose_negatives(retrieval_negative_weights(features.image, candidate_text, temperature(), idx, candidate_idx));

  torch::Tensor sources = features.images, wrong_rows = wrong_images;  // rows of `sources`
  if (everyones) {
    const auto all_images = ranks->gather_with_grad(features.images);  // [B x ranks, N, V]
    sources = torch::cat({features.images, all_images.index_select(0, wrong_images)});
    wrong_rows = torch::arange(batch.size, 2 * batch.size, wrong_images.options());
  }
  const auto cross = model()->text_encoder->cross_states(sources);
  const TextTensors wrong{candidates.ids.index_select(0, wrong_texts), candidates.keep.index_select(0, wrong_texts)};
  const auto itm = match_loss(model(), {cross, wrong_rows, encoded, wrong});

  StepLosses losses;
  losses.total = itc.loss * options().ita_weight + itm * options().itm_weight;
  losses.parts = {{"loss_ita", itc.loss.detach()}, {"loss_itm", itm.detach()}};
  return losses;
}

}  // namespace blip
