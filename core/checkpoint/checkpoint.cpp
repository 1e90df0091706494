#include "core/checkpoint/checkpoint.h"

#include <algorithm>
#include <utility>

#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/key_map.h"
#include "core/checkpoint/layout.h"
#include "core/checkpoint/message.h"
#include "core/checkpoint/model_files.h"
#include "core/checkpoint/model_sizes.h"
#include "core/checkpoint/position_embedding.h"
#include "core/checkpoint/safetensors_reader.h"
#include "core/checkpoint/tensor_ties.h"
#include "core/checkpoint/torch_reader.h"
#include "core/checkpoint/weights_id.h"

namespace blip {
namespace {

TensorMap read_weights(const ModelFiles& files) {
  switch (files.format) {
    case WeightsFormat::kSafetensors:
      return read_safetensors_file(files.weights);
    case WeightsFormat::kShardedSafetensors:
      return read_sharded_safetensors(files.weights);
    case WeightsFormat::kTorch:
      return read_torch_file(files.weights);
  }
  return {};
}

// Original names for all; the family is Hugging Face's where a name had to be translated.
TensorMap translate_names(TensorMap tensors, CheckpointFamily& family, const std::string& source) {
  TensorMap translated;
  for (auto& [name, view] : tensors) {
    std::string original = original_name(name);
    if (original != name) family = CheckpointFamily::kTransformers;
    if (!translated.emplace(std::move(original), std::move(view)).second) {
      throw invalid_data(source, "tensor " + in_quotes(name) + " is there under its original name, too");
    }
  }
  return translated;
}

void check_image_size(std::int64_t image_size, std::int64_t patch_size, const std::string& source) {
  constexpr std::int64_t kLargestGrid = 256;
  if (image_size % patch_size == 0 && image_size >= patch_size && image_size / patch_size <= kLargestGrid) return;
  throw Error(ErrorKind::kInvalidArgument, in_quotes(source) + ": an image size of " + std::to_string(image_size) +
                                               " does not fit: expected a multiple of the patch size " +
                                               std::to_string(patch_size) + ", at most " +
                                               std::to_string(kLargestGrid * patch_size));
}

void interpolate_positions(Checkpoint& checkpoint) {
  const std::int64_t grid = checkpoint.config.vision.grid();
  if (grid == checkpoint.stored_grid) return;
  for (const char* name : {"visual_encoder.pos_embed", "visual_encoder_m.pos_embed"}) {
    for (TensorMap* tensors : {&checkpoint.tensors, &checkpoint.training_state}) {
      if (const auto found = tensors->find(name); found != tensors->end())
        found->second = interpolate_position_embedding(found->second, grid);
    }
  }
}

void move_training_state(Checkpoint& checkpoint) {
  for (auto item = checkpoint.tensors.begin(); item != checkpoint.tensors.end();) {
    const auto current = item++;
    if (is_training_state(current->first)) checkpoint.training_state.insert(checkpoint.tensors.extract(current));
  }
}

}  // namespace

Checkpoint open_checkpoint(const CheckpointOptions& options) {
  const ModelFiles files = find_model_files(options);
  const std::string source = files.weights.string();
  if (files.vocab.empty() && options.vocab_required) {
    throw Error(ErrorKind::kNotFound,
                "no vocabulary for " + in_quotes(files.path.string()) +
                    ": looked for vocab.txt and tokenizer.json beside the weights; give one by --vocab");
  }
  Checkpoint checkpoint;
  checkpoint.path = files.path;
  checkpoint.vocab = files.vocab;
  checkpoint.tensors = translate_names(read_weights(files), checkpoint.family, source);
  if (files.format != WeightsFormat::kTorch) checkpoint.family = CheckpointFamily::kTransformers;
  move_training_state(checkpoint);
  checkpoint.layout = detect_layout(checkpoint.tensors, source);
  checkpoint.warnings = fill_ties(checkpoint.tensors);

  DeclaredConfig declared = files.config.empty() ? DeclaredConfig{} : read_config_file(files.config);
  if (checkpoint.family == CheckpointFamily::kTransformers && !declared.vision.layer_norm_eps)
    declared.vision.layer_norm_eps = 1e-5;
  ResolvedConfig resolved = resolve_config(checkpoint.tensors, checkpoint.layout, declared, source);
  std::move(resolved.warnings.begin(), resolved.warnings.end(), std::back_inserter(checkpoint.warnings));
  checkpoint.config = resolved.config;
  checkpoint.stored_grid = resolved.grid;

  VisionConfig& vision = checkpoint.config.vision;
  if (options.image_size != 0) vision.image_size = options.image_size;
  check_image_size(vision.image_size, vision.patch_size, source);
  ModelConfig in_file = checkpoint.config;
  in_file.vision.image_size = checkpoint.stored_grid * vision.patch_size;
  check_tensors(checkpoint.tensors, expected_tensors(checkpoint.layout, in_file), source);
  interpolate_positions(checkpoint);
  checkpoint.weights_id = weights_id(checkpoint.tensors, vision);
  return checkpoint;
}

}  // namespace blip
