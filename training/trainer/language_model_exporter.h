#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "training/trainer/model_exporter.h"

namespace blip {

// Writes a trained language model as a Hugging Face directory, FOLDER/model/: config.json (OPTForCausalLM),
// model.safetensors and the tokenizer's files.
class LanguageModelExporter final : public ModelExporter {
 public:
  // tokenizer: folder that load_language_tokenizer() reads.
  explicit LanguageModelExporter(std::filesystem::path tokenizer) : tokenizer_(std::move(tokenizer)) {}

  std::vector<std::string> write(const TrainingCheckpoint& checkpoint, bool half,
                                 const std::filesystem::path& folder) const override;

 private:
  std::filesystem::path tokenizer_;
};

}  // namespace blip
