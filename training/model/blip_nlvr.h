#pragma once

#include "training/model/blip_task.h"

namespace blip {

// Fine-tuning for natural language visual reasoning over two pictures (arXiv 2201.12086, section 5.4;
// models/blip_nlvr.py). Part of a step: loss_nlvr.
class BlipNlvr final : public BlipTask {
 public:
  BlipNlvr(const TaskOptions& options, const ModelConfig& config);

  std::string_view name() const noexcept override { return "nlvr2"; }
  StepLosses step(const Batch& batch, const StepContext& context) override;
};

}  // namespace blip
