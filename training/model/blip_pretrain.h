#pragma once

#include "training/model/contrastive_task.h"

namespace blip {

// BLIP's pre-training (arXiv 2201.12086, section 3.2; models/blip_pretrain.py): ITC + ITM + LM, text encoder and
// decoder sharing all but self-attention. Parts of a step: loss_ita, loss_itm, loss_lm.
class BlipPretrain final : public ContrastiveTask {
 public:
  BlipPretrain(const TaskOptions& options, const ModelConfig& config);

  std::string_view name() const noexcept override { return "pretrain"; }
  StepLosses step(const Batch& batch, const StepContext& context) override;
};

}  // namespace blip
