#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/model/layers.h"
#include "core/text/vocabulary.h"
#include "training/model/training_task.h"

namespace blip {

// What a task computes and what it leaves out. Defaults are the original's for pre-training.
struct TaskOptions {
  std::string task = "pretrain";    // "pretrain", "caption", "retrieval", "vqa", "nlvr2"
  std::int64_t queue_size = 57600;  // ITC keys kept from former batches; a multiple of the global batch
  double momentum = 0.995;
  double label_smoothing = 0.1;                          // of the language modelling loss
  bool negative_all_rank = true;                         // retrieval: hard negatives from the batches of all ranks
  double ita_weight = 1, itm_weight = 1, lm_weight = 1;  // pretrain and retrieval; a part of weight 0 is not computed
  double dropout = 0.1;                                  // text encoder and decoder
  double drop_path = 0;                                  // of the ViT's last block
  std::int64_t checkpointed_blocks = 0;                  // ViT blocks, from the last, computed again in backward
  LinearProduct linear = LinearProduct::kOneDnn;         // of all linear layers
  SpecialTokens tokens;
  torch::Device device = torch::kCPU;
};

// A new model of these sizes, weights drawn as the original draws them (from LibTorch's generator: seed it before).
// Throws Error(kInvalidArgument) for sizes or options that make no model.
std::unique_ptr<TrainingTask> make_task(const TaskOptions& options, const ModelConfig& config);

// The same, with every weight that the checkpoint has under its name and shape, as the original's load_checkpoint does;
// what it has not stays newly drawn and is named in `not_found`, by the count and the first ten. A pre-training
// checkpoint gives its parts to every task (NLVR2: its cross-attention twice). Momentum copies that the file lacks are
// copies of the weights.
std::unique_ptr<TrainingTask> make_task(const TaskOptions& options, const Checkpoint& init, std::string& not_found);

}  // namespace blip
