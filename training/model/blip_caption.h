#pragma once

#include "training/model/blip_task.h"

namespace blip {

// Fine-tuning for captions (arXiv 2201.12086, section 5.2; models/blip.py): LM loss on what follows the prompt. Part of
// a step: loss_lm.
class BlipCaption final : public BlipTask {
 public:
  BlipCaption(const TaskOptions& options, const ModelConfig& config);

  std::string_view name() const noexcept override { return "caption"; }
  StepLosses step(const Batch& batch, const StepContext& context) override;
};

}  // namespace blip
