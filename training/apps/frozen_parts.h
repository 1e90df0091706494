#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/checkpoint/model_config.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

// A part of BLIP-2 that is not trained, from a checkpoint of its own: tensors under the names of Checkpoint::tensors.
struct FrozenImageEncoder {
  TensorMap tensors;    // "visual_encoder.…"
  VisionConfig config;  // image_size as asked
};
struct FrozenLanguageModel {
  TensorMap tensors;  // "language_model.…"
  LanguageModelConfig config;
  std::filesystem::path tokenizer;  // what load_language_tokenizer() reads
};

// The image encoder of any checkpoint of BLIP or BLIP-2, or of a LAVIS vision file (EVA-CLIP, CLIP). Throws Error
// naming the file.
FrozenImageEncoder open_image_encoder(const std::string& path, std::int64_t image_size);

// The Hugging Face directory of an OPT or a T5. Throws Error naming it: no weights, no tokenizer, a model that is not
// computed here.
FrozenLanguageModel open_language_model(const std::string& directory);

// Equal for equal weights in the blocks of an image encoder (its last LayerNorm left out).
std::string image_encoder_id(const TensorMap& tensors);

}  // namespace blip
