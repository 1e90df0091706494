#include "training/model/blip_vqa.h"

#include "training/losses/lm_loss.h"
#include "training/model/match_step.h"

namespace blip {

BlipVqa::BlipVqa(const TaskOptions& options, const ModelConfig& config)
    : BlipTask(options, config, {.layout = Layout::kVqa}) {}

StepLosses BlipVqa::step(const Batch& batch, const StepContext&) {
  const auto& device = options().device;
  const auto images = model()->visual_encoder(image_tensor(batch.images, batch.size, batch.side, device));
  const TextTensors questions = with_first_token(text_tensors(batch.texts, device), options().tokens.encode);
  const auto image_cross = model()->text_encoder->cross_states(images);
  const auto states = model()->text_encoder->encode(questions.ids, questions.keep, &image_cross);  // [B, T, D]

  const auto own = torch::arange(batch.size, torch::dtype(torch::kInt64).device(device));
  const auto question_of = own.repeat_interleave(to_tensor(batch.answer_counts, device));  // [A]
  const TextTensors answers = with_first_token(text_tensors(batch.answers, device), options().tokens.decode);
  const auto cross = select_rows(model()->text_decoder->bert->cross_states(states), question_of);
  const auto logits = model()->text_decoder(answers.ids, cross, questions.keep.index_select(0, question_of));
  const auto by_answer = lm_loss_by_text(logits, lm_labels(answers.ids, answers.keep), options().label_smoothing);
  const auto loss = (to_tensor(batch.answer_weights, device) * by_answer).sum() / static_cast<double>(batch.size);
  return {loss, {{"loss_vqa", loss.detach()}}};
}

}  // namespace blip
