#pragma once

#include "training/losses/hard_negatives.h"
#include "training/losses/query_contrast.h"
#include "training/model/batch_tensors.h"
#include "training/model/blip2_task.h"

namespace blip {

// "blip2-stage1" (arXiv 2301.12597, section 3.1; LAVIS, blip2_qformer.py): the Q-Former learns to draw from a frozen
// image encoder what its text says, by three losses with a mask each: contrast (ITC), matching (ITM) with negatives
// drawn from the batches of all ranks, and image-grounded text generation (ITG).
class Blip2Stage1 final : public Blip2Task {
 public:
  // Throws Error(kInvalidArgument) for sizes that make no model.
  Blip2Stage1(const Blip2TaskOptions& options, const ModelConfig& config);

  std::string_view name() const noexcept override { return "blip2-stage1"; }
  // batch.texts: [CLS] … [SEP]; batch.image_indices [B] with Blip2TaskOptions::image_ids.
  StepLosses step(const Batch& batch, const StepContext& context) override;

  // How wrong partners are chosen; asked for texts' pictures first, then for pictures' texts. draw_negatives() if not
  // set.
  void set_negatives(ChooseNegatives choose) { choose_negatives_ = std::move(choose); }

 private:
  struct Pairs;  // pictures and texts of a step

  torch::Tensor match_loss(const Pairs& pairs, const QueryContrastInputs& contrast,
                           const QueryContrastOutputs& similarities, const StepContext& context);

  ChooseNegatives choose_negatives_ = draw_negatives;
};

}  // namespace blip
