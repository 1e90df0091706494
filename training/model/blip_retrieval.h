#pragma once

#include "training/losses/hard_negatives.h"
#include "training/model/blip_task.h"
#include "training/model/contrast.h"

namespace blip {

// Fine-tuning for image-text retrieval (arXiv 2201.12086, section 5.1; models/blip_retrieval.py): ITC with every
// caption of the same picture as a positive, and ITM. Parts of a step: loss_ita, loss_itm.
class BlipRetrieval final : public BlipTask {
 public:
  BlipRetrieval(const TaskOptions& options, const ModelConfig& config);

  std::string_view name() const noexcept override { return "retrieval"; }
  std::vector<NamedTensor> state() const override;
  StepLosses step(const Batch& batch, const StepContext& context) override;
  void set_training(bool on) override;

  // What draws hard negatives: first a picture for each text, then a text for each picture. For tests.
  void set_negatives(ChooseNegatives choose) { choose_ = std::move(choose); }

 private:
  Contrast contrast_;
  ChooseNegatives choose_ = draw_negatives;
};

}  // namespace blip
