#pragma once

#include "training/losses/hard_negatives.h"
#include "training/model/blip_task.h"
#include "training/model/contrast.h"

namespace blip {

// BLIP's pre-training (arXiv 2201.12086, section 3.2; models/blip_pretrain.py): ITC + ITM + LM, text encoder and
// decoder sharing all but self-attention. Parts of a step: loss_ita, loss_itm, loss_lm.
class BlipPretrain final : public BlipTask {
 public:
  BlipPretrain(const TaskOptions& options, const ModelConfig& config);

  std::string_view name() const noexcept override { return "pretrain"; }
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
