#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "core/checkpoint/model_config.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

// Everything that a training needs to go on as if it had not stopped: a directory with
//   state.safetensors  "model.NAME" weights, momentum copies, queues; "optimizer.exp_avg.NAME", "….exp_avg_sq.NAME";
//                      "random.RANK"
//   state.json         the fields below, and the checksum of state.safetensors
//   recipe.yaml, vocab.txt
struct TrainingCheckpoint {
  std::int64_t step = 0;   // optimiser steps done
  std::int64_t epoch = 0;  // where the data goes on
  std::int64_t batch = 0;  // of each process, in this epoch
  std::int64_t optimizer_steps = 0;
  int processes = 1;
  std::string task;
  Layout layout = Layout::kPretrain;
  ModelConfig config;
  bool has_best = false;
  double best_metric = 0;
  std::int64_t best_step = 0;
  std::string recipe;      // YAML
  std::string vocabulary;  // text of vocab.txt; may be empty
  TensorMap tensors;
  std::map<std::string, std::string> ties;  // tensors of the model that are another one: name -> the name it is under
};

// The model's tensors and its training state under the original's names, ties filled in.
TensorMap model_tensors(const TrainingCheckpoint& checkpoint);

// Writes the directory, which appears when it is complete and on the disk. Throws Error(kFailed) naming the path.
void write_training_checkpoint(const TrainingCheckpoint& checkpoint, const std::filesystem::path& directory);

// Throws Error(kNotFound, kInvalidData) naming the file that is missing or damaged.
TrainingCheckpoint read_training_checkpoint(const std::filesystem::path& directory);

}  // namespace blip
