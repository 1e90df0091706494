#pragma once

#include <utility>
#include <vector>

#include "training/losses/hard_negatives.h"
#include "training/model/blip_task.h"
#include "training/model/contrast.h"

namespace blip {

// What pre-training and retrieval have in common: ITC with momentum encoders and queues, and hard negatives for ITM.
class ContrastiveTask : public BlipTask {
 public:
  std::vector<NamedTensor> state() const override {
    auto tensors = BlipTask::state();
    const auto contrast = contrast_.state();
    tensors.insert(tensors.end(), contrast.begin(), contrast.end());
    return tensors;
  }
  void set_training(bool on) override {
    BlipTask::set_training(on);
    contrast_.set_training(on);
  }

  // What draws hard negatives: first a picture for each text, then a text for each picture. For tests.
  void set_negatives(ChooseNegatives choose) { choose_ = std::move(choose); }

 protected:
  // with_idx: keys carry the numbers of their pictures.
  ContrastiveTask(const TaskOptions& options, const ModelConfig& config, Kind kind, bool with_idx)
      : BlipTask(options, config, kind), contrast_(options, config, model(), flat_parameters(), with_idx) {}

  Contrast& contrast() noexcept { return contrast_; }
  torch::Tensor choose_negatives(const torch::Tensor& weights) const { return choose_(weights); }
  void clamp_temperature() {
    const torch::NoGradGuard no_grad;
    temperature().clamp_(0.001, 0.5);
  }

 private:
  Contrast contrast_;
  ChooseNegatives choose_ = draw_negatives;
};

}  // namespace blip
