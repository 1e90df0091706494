#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/model/blip2/blip2.h"
#include "core/text/vocabulary.h"
#include "training/model/training_task.h"

namespace blip {

// What a stage of BLIP-2 computes and what it leaves out.
struct Blip2TaskOptions {
  double dropout = 0.1;                                  // of the Q-Former
  double label_smoothing = 0.1;                          // stage 1: of ITC and of the captions
  double itc_weight = 1, itm_weight = 1, lm_weight = 1;  // stage 1; a part of weight 0 is not computed
  bool train_vision = false;                             // fine-tuning: the image encoder learns, too
  double drop_path = 0;                                  // of the ViT's last block, when it learns
  std::int64_t checkpointed_blocks = 0;                  // ViT blocks, from the last, computed again in backward
  bool image_ids = false;  // retrieval fine-tuning: pictures that come twice share their targets
  LinearProduct linear = LinearProduct::kOneDnn;
  SpecialTokens tokens;  // stage 1: of the Q-Former's vocabulary
  torch::Device device = torch::kCPU;
};

// What both stages have (arXiv 2301.12597, section 3): a model of which the Q-Former, the queries, the LayerNorm behind
// the image encoder and the heads or the projection are trained, the image encoder and the language model frozen. Names
// are those of Checkpoint::tensors. Letters: B pictures, N image tokens, V their width.
class Blip2Task : public TrainingTask {
 public:
  const ModelConfig& config() const noexcept override { return config_; }
  Layout layout() const noexcept override { return layout_; }
  const std::vector<NamedTensor>& parameters() const noexcept override { return parameters_; }
  FlatParameters& flat_parameters() noexcept override { return *flat_parameters_; }
  bool decays(const NamedTensor& parameter) const override;
  std::vector<NamedTensor> state() const override { return state_; }
  void set_training(bool on) override;

  // What is not trained, to be filled from checkpoints (load_parameters) before the first step; a step on stored states
  // (Batch::states) needs no image encoder.
  std::vector<NamedTensor> frozen_image_encoder() const;
  std::vector<NamedTensor> frozen_language_model() const;

 protected:
  // Draws what is trained: the Q-Former, the queries and the LM head from a normal distribution of deviation 0.02,
  // biases 0, norms 1 and 0; projections and heads as torch.nn's defaults.
  Blip2Task(const Blip2TaskOptions& options, const ModelConfig& config, Layout layout);

  const Blip2TaskOptions& options() const noexcept { return options_; }
  Blip2& model() noexcept { return model_; }
  torch::Tensor& temperature() noexcept { return temperature_; }  // "temp"; stage 1

  torch::Tensor image_states(const Batch& batch);  // [B, N, V], behind the trained LayerNorm

 private:
  bool is_trained(const std::string& name) const;
  void collect_parameters();

  Blip2TaskOptions options_;
  ModelConfig config_;
  Layout layout_;
  Blip2 model_{nullptr};
  torch::Tensor temperature_;
  std::vector<NamedTensor> parameters_, state_;
  std::unique_ptr<FlatParameters> flat_parameters_;
};

// Begins a Q-Former from a BERT, as the paper does: embeddings, self-attention and feed-forward of equal names and
// shapes, the queries' feed-forward as a copy of the text's. `weights` holds BERT's under "bert." or "text_encoder.",
// the text encoder of a BLIP checkpoint; its cross-attention is not taken. Returns how many tensors were taken.
std::int64_t begin_from_bert(const std::vector<NamedTensor>& qformer, const Checkpoint& weights);

}  // namespace blip
