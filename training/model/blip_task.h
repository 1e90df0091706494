#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/model/blip.h"
#include "training/model/make_task.h"
#include "training/model/training_task.h"

namespace blip {

// What all tasks have: a model whose weights lie in one buffer, and its state under the original's names.
class BlipTask : public TrainingTask {
 public:
  const ModelConfig& config() const noexcept override { return config_; }
  Layout layout() const noexcept override { return layout_; }
  const std::vector<NamedTensor>& parameters() const noexcept override { return parameters_; }
  FlatParameters& flat_parameters() noexcept override { return *flat_parameters_; }
  std::vector<NamedTensor> state() const override;
  void set_training(bool on) override;

 protected:
  // Draws the weights. `tied`: the decoder shares all but self-attention with the encoder; `temperature`: there is one.
  struct Kind {
    Layout layout = Layout::kPretrain;
    bool tied = false;
    bool temperature = false;
  };
  BlipTask(const TaskOptions& options, const ModelConfig& config, Kind kind);

  const TaskOptions& options() const noexcept { return options_; }
  Blip& model() noexcept { return model_; }
  const Blip& model() const noexcept { return model_; }
  torch::Tensor& temperature() noexcept { return temperature_; }  // scalar "temp"

 private:
  TaskOptions options_;
  ModelConfig config_;
  Layout layout_;
  Blip model_{nullptr};
  torch::Tensor temperature_;
  std::vector<NamedTensor> parameters_;
  std::unique_ptr<FlatParameters> flat_parameters_;
};

}  // namespace blip
