#pragma once

#include "training/model/blip_task.h"

namespace blip {

// Fine-tuning for visual question answering (arXiv 2201.12086, section 5.3; models/blip_vqa.py): the question is
// encoded with the picture, the answers are decoded from its states, weighted. Part of a step: loss_vqa.
class BlipVqa final : public BlipTask {
 public:
  BlipVqa(const TaskOptions& options, const ModelConfig& config);

  std::string_view name() const noexcept override { return "vqa"; }
  StepLosses step(const Batch& batch, const StepContext& context) override;
};

}  // namespace blip
