#pragma once

#include "training/model/contrastive_task.h"

namespace blip {

// Fine-tuning for image-text retrieval (arXiv 2201.12086, section 5.1; models/blip_retrieval.py): ITC with every
// caption of the same picture as a positive, and ITM. Parts of a step: loss_ita, loss_itm.
class BlipRetrieval final : public ContrastiveTask {
 public:
  BlipRetrieval(const TaskOptions& options, const ModelConfig& config);

  std::string_view name() const noexcept override { return "retrieval"; }
  StepLosses step(const Batch& batch, const StepContext& context) override;
};

}  // namespace blip
