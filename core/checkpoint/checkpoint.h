#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/tensor_view.h"
#include "core/checkpoint/model_config.h"

namespace blip {

// Where the checkpoint came from; beam scoring follows it (see generate/options.h).
enum class CheckpointFamily { kOriginal, kTransformers };

struct CheckpointOptions {
  std::string model = {};       // a Hugging Face directory, a .pth file, or "Salesforce/NAME" in the local cache
  std::string vocab = {};       // a vocab.txt or tokenizer.json; empty = beside the model
  std::string config = {};      // a config.json; empty = beside the model
  std::int64_t image_size = 0;  // pixels; 0 = the config's. Position embeddings are interpolated to it
  // Of a LAVIS .pth of BLIP-2, which holds what was trained only. Empty = beside it: eva_vit_g.pth, clip_vit_L.pth or
  // vision.pth, there or a folder up; the folder llm/.
  std::string vision = {};     // file of the frozen image encoder
  std::string language = {};   // Hugging Face directory of the frozen language model
  bool vocab_required = true;  // false: a checkpoint without a vocabulary opens, with an empty `vocab`
};

// A checkpoint after every check: tensors under the original code's names (`visual_encoder.blocks.0.attn.qkv.weight`),
// each there and of the right shape, ties filled in, position embeddings at config.vision.image_size. Tensors are views
// of the mapped file where possible.
struct Checkpoint {
  std::map<std::string, TensorView> tensors;
  // What training left in the file and inference does not need: momentum copies, queues, temperature. Not checked.
  std::map<std::string, TensorView> training_state;
  ModelConfig config;
  std::int64_t stored_grid =
      0;  // patches a side in the file's position embeddings; config.vision.grid() after interpolation
  Layout layout = Layout::kCaptioner;
  CheckpointFamily family = CheckpointFamily::kOriginal;
  std::filesystem::path path;  // the directory or file that was opened
  std::filesystem::path
      vocab;  // vocab.txt or tokenizer.json of WordPiece; empty where there is none (BLIP-2's OPT, T5)
  std::filesystem::path language_tokenizer;  // folder with vocab.json and merges.txt, or spiece.model; empty without a
                                             // language model
  std::vector<std::string> warnings;         // one line each, for the user
  std::string weights_id;                    // hash of the vision weights: equal id = features can be shared
  std::string embedder_id;                   // equal id = ITC embeddings can be compared; empty without that head
};

// Throws Error: one line that names the file, what was found, what was expected. Missing, unexpected or mis-shaped
// tensors: the count and the first ten names.
Checkpoint open_checkpoint(const CheckpointOptions& options);

}  // namespace blip
