#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/config_writer.h"

namespace blip {

struct CheckpointWriteOptions {
  ConfigTokenIds ids;  // of checkpoint.vocab
  std::optional<Layout>
      layout;  // write this part of a pre-training checkpoint: kCaptioner or kMatcher; empty = all of it
};

// Writes a Hugging Face directory: config.json, model.safetensors, the vocabulary, preprocessor_config.json,
// tokenizer_config.json, special_tokens_map.json. It appears when it is complete; an existing target must be an empty
// directory. Training state is left out. transformers has no class for NLVR2 nor for all heads together:
// Error(kUnsupported) that says what to choose. Returns warnings, one line each.
std::vector<std::string> write_hugging_face_directory(const Checkpoint& checkpoint,
                                                      const std::filesystem::path& directory,
                                                      const CheckpointWriteOptions& options);

// Writes {"model": state_dict} under the original code's names (training state and position_ids included), and beside
// FILE.pth the sizes as FILE.config.json and the vocabulary under its own name. Refuses to overwrite a file with
// another content.
void write_original_file(const Checkpoint& checkpoint, const std::filesystem::path& file,
                         const CheckpointWriteOptions& options);

}  // namespace blip
