#pragma once

#include <memory>
#include <vector>

#include "core/model/blip.h"
#include "training/losses/itc_loss.h"
#include "training/model/batch_tensors.h"
#include "training/model/feature_queue.h"
#include "training/model/make_task.h"
#include "training/optim/momentum_copy.h"

namespace blip {

// The contrastive half that pre-training and retrieval share: momentum encoders, queues, features.
class Contrast {
 public:
  // Momentum encoders are copies of the model's; `parameters` hold the model's weights.
  Contrast(const TaskOptions& options, const ModelConfig& config, Blip& model, FlatParameters& parameters,
           bool with_idx);

  struct Features {
    torch::Tensor images;       // [B, N, V] image tokens
    torch::Tensor image, text;  // [B, E] unit length
  };
  Features features(const torch::Tensor& pictures, const TextTensors& texts);

  // Momentum update, momentum features and targets, then the loss, then the features of all ranks go into the queue.
  // Keys are the features of all ranks and the queue's: the ranks together have the loss of one process with the whole
  // batch. idx [B] int64: the pictures' numbers, undefined in pre-training; all_idx: those of all ranks.
  ItcOutputs loss(const Features& features, const torch::Tensor& pictures, const TextTensors& texts,
                  const torch::Tensor& temperature, const StepContext& context, const torch::Tensor& idx = {},
                  const torch::Tensor& all_idx = {});

  void copy_now() { copy_->assign(); }  // the momentum encoders become the model's

  std::vector<NamedTensor> state() const;
  void set_training(bool on);

 private:
  Features features(Blip& model, const torch::Tensor& pictures, const TextTensors& texts);

  const TaskOptions options_;
  Blip& model_;
  Blip momentum_{nullptr};
  std::unique_ptr<MomentumCopy> copy_;
  FeatureQueue queue_;
};

}  // namespace blip
