#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/checkpoint/model_config.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

struct ExportOptions {
  ModelConfig config;
  Layout layout = Layout::kPretrain;
  std::filesystem::path vocab;  // vocab.txt
  bool half = false;            // weights in float16
};

// Writes a trained model into `folder`, replacing what an earlier export left there:
//   model.pth, model.config.json, vocab.txt   the original's layout, with momentum copies and queues unless `half`
//   model/                                    a Hugging Face directory
// and for pre-training, for all of whose heads transformers has no class, also model-captioner/ and model-matcher/.
// `tensors`: a task's state under the original's names. Returns warnings, one line each. Throws Error.
std::vector<std::string> export_model(const TensorMap& tensors, const ExportOptions& options,
                                      const std::filesystem::path& folder);

}  // namespace blip
