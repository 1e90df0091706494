#pragma once

#include "training/model/batch_tensors.h"
#include "training/model/blip2_task.h"

namespace blip {

// "blip2-stage2" (arXiv 2301.12597, section 3.2; LAVIS, blip2_opt.py and blip2_t5.py): what the queries read is
// projected and put in front of a frozen language model's embeddings, which learns to write the text: OPT all of it but
// the prompt, T5's decoder what follows the prompt that its encoder reads.
class Blip2Stage2 final : public Blip2Task {
 public:
  // config.blip2->language says which. Throws Error(kInvalidArgument) for sizes that make no model.
  Blip2Stage2(const Blip2TaskOptions& options, const ModelConfig& config);

  std::string_view name() const noexcept override { return "blip2-stage2"; }
  // OPT: batch.texts with "</s>" in front, padded on the right, batch.prompt_tokens [B] without a loss. T5: batch.texts
  // what the encoder reads, batch.answers what the decoder writes, "</s>" behind both.
  StepLosses step(const Batch& batch, const StepContext& context) override;

 private:
  // Texts of like length are computed together, so that little is padding.
  torch::Tensor opt_loss(const torch::Tensor& prefix, const Batch& batch, torch::Tensor& labels);
  // The sum over labels `wanted` [B, T] of the texts behind their prefixes [B, Q, L].
  torch::Tensor opt_losses(const torch::Tensor& prefix, const TextTensors& texts, const torch::Tensor& wanted);
  torch::Tensor t5_loss(const torch::Tensor& prefix, const Batch& batch, torch::Tensor& labels);
};

}  // namespace blip
