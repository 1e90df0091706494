#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/config_writer.h"

namespace blip {

struct CheckpointWriteOptions {
  ConfigTokenIds ids = {};  // of checkpoint.vocab; BLIP only
  // Write this part of what the checkpoint holds: kCaptioner or kMatcher of a pre-training checkpoint, kBlip2Matcher of
  // BLIP-2's first stage; empty = all of it.
  std::optional<Layout> layout = {};
  // BLIP-2: the id of transformers' image placeholder, the first one behind the tokenizer's, where the checkpoint does
  // not say it; -1 = unknown.
  std::int64_t image_token = -1;
  // BLIP-2's original file: write the frozen parts, too, vision.pth and llm/ beside it. false: the trained ones alone.
  bool frozen_parts = true;
};

// Writes a Hugging Face directory: config.json, model.safetensors, the vocabulary, preprocessor_config.json,
// tokenizer_config.json, special_tokens_map.json; of BLIP-2 the tokenizer's files as they were, generation_config.json
// and processor_config.json. It appears when it is complete; an existing target must be an empty directory. Training
// state is left out. transformers has no class for NLVR2 nor for all heads together: Error(kUnsupported) that says what
// to choose. Returns warnings, one line each.
std::vector<std::string> write_hugging_face_directory(const Checkpoint& checkpoint,
                                                      const std::filesystem::path& directory,
                                                      const CheckpointWriteOptions& options);

// Writes {"model": state_dict} under the original code's names (training state and position_ids included), and beside
// FILE.pth the sizes as FILE.config.json and the vocabulary under its own name. Of BLIP-2 the file holds what LAVIS
// trains (Q-Former, queries, ln_vision, projections), not the image encoder nor the language model. Refuses to
// overwrite a file with another content.
void write_original_file(const Checkpoint& checkpoint, const std::filesystem::path& file,
                         const CheckpointWriteOptions& options);

}  // namespace blip
