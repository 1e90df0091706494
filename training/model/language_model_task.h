#pragma once

#include <memory>
#include <vector>

#include "core/checkpoint/tensor_map.h"
#include "core/model/blip2/opt.h"
#include "training/model/training_task.h"

namespace blip {

struct LanguageModelOptions {
  LanguageModelConfig config;  // OPT's
  double dropout = 0;
  LinearProduct linear = LinearProduct::kOneDnn;
  torch::Device device = torch::kCPU;
};

// "lm": a decoder as OPT's (arXiv 2205.01068) learns to write texts, so that BLIP-2 can be trained on one of its own.
// Loss: cross-entropy of each next token, the mean over all that are no prompt. Names are Hugging Face's, in canonical
// form: "language_model.model.decoder.…".
class LanguageModelTask final : public TrainingTask {
 public:
  // Draws the weights from LibTorch's generator as Hugging Face does: a normal distribution of deviation 0.02, biases
  // 0, norms 1 and 0. `init`: weights to begin from, under the same names; empty = newly drawn. Throws
  // Error(kInvalidArgument) for sizes that make no model, or tensors that are missing or of another shape.
  explicit LanguageModelTask(const LanguageModelOptions& options, const TensorMap& init = {});

  std::string_view name() const noexcept override { return "lm"; }
  const ModelConfig& config() const noexcept override { return config_; }
  Layout layout() const noexcept override { return Layout::kBlip2Opt; }
  const std::vector<NamedTensor>& parameters() const noexcept override { return parameters_; }
  FlatParameters& flat_parameters() noexcept override { return *flat_parameters_; }
  bool decays(const NamedTensor& parameter) const override;
  std::vector<NamedTensor> state() const override { return parameters_; }
  // batch.texts: "</s>" in front, padded on the right; batch.prompt_tokens [B].
  StepLosses step(const Batch& batch, const StepContext& context) override;
  void set_training(bool on) override { model_->train(on); }

 private:
  LanguageModelOptions options_;
  ModelConfig config_;
  Opt model_{nullptr};
  std::vector<NamedTensor> parameters_;
  std::unique_ptr<FlatParameters> flat_parameters_;
};

// LAVIS's rule: weight decay spares what has one dimension and what is named ".bias" (but not ITC's temperature).
bool lavis_decays(const NamedTensor& parameter);

}  // namespace blip
