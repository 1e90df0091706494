#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/checkpoint/tensor_map.h"
#include "training/trainer/model_exporter.h"

namespace blip {

// What a training of BLIP-2 left frozen and what goes with the model.
struct FrozenBlip2Parts {
  TensorMap tensors;                         // "visual_encoder.…", "language_model.…"; trained ones are passed over
  std::string vocabulary;                    // stage 1: text of the Q-Former's vocab.txt
  std::filesystem::path language_tokenizer;  // stage 2: the folder of the language model's tokenizer
  std::int64_t image_token = -1;             // stage 2: the first id behind the tokenizer's
};

// Writes what a training of BLIP-2 made:
//   model.pth   what was trained, under LAVIS' names, as LAVIS saves it; model.config.json beside it
//   model/      the whole model as a Hugging Face directory
class Blip2Exporter final : public ModelExporter {
 public:
  explicit Blip2Exporter(FrozenBlip2Parts frozen) : frozen_(std::move(frozen)) {}

  std::vector<std::string> write(const TrainingCheckpoint& checkpoint, bool half,
                                 const std::filesystem::path& folder) const override;

 private:
  FrozenBlip2Parts frozen_;
};

}  // namespace blip
