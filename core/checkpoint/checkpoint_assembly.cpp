#include "core/checkpoint/checkpoint_assembly.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/checkpoint/key_map.h"
#include "core/checkpoint/layout.h"
#include "core/checkpoint/message.h"
#include "core/checkpoint/model_sizes.h"
#include "core/checkpoint/position_embedding.h"
#include "core/checkpoint/tensor_ties.h"
#include "core/checkpoint/weights_id.h"

namespace blip {
namespace {

constexpr double kTransformersEpsilon = 1e-5;  // what transformers uses for a ViT whose config does not say

// Original names for all; the family is Hugging Face's where a name had to be translated.
TensorMap translate_names(const TensorMap& tensors, CheckpointFamily& family, const std::string& source) {
  TensorMap translated;
  for (const auto& [name, view] : tensors) {
    std::string original = original_name(name);
    if (original != name) family = CheckpointFamily::kTransformers;
    if (!translated.emplace(std::move(original), view).second) {
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
      const auto found = tensors->find(name);
      if (found != tensors->end()) found->second = interpolate_position_embedding(found->second, grid);
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

Checkpoint assemble_checkpoint(CheckpointParts parts) {
  const std::string& source = parts.source;
  Checkpoint checkpoint;
  checkpoint.family = parts.family;
  checkpoint.tensors = translate_names(parts.tensors, checkpoint.family, source);
  move_training_state(checkpoint);
  checkpoint.layout = detect_layout(checkpoint.tensors, source);
  checkpoint.warnings = fill_ties(checkpoint.tensors);

  auto& declared_epsilon = parts.declared.vision.layer_norm_eps;
  if (checkpoint.family == CheckpointFamily::kTransformers && !declared_epsilon)
    declared_epsilon = kTransformersEpsilon;
  ResolvedConfig resolved = resolve_config(checkpoint.tensors, checkpoint.layout, parts.declared, source);
  std::move(resolved.warnings.begin(), resolved.warnings.end(), std::back_inserter(checkpoint.warnings));
  checkpoint.config = resolved.config;
  checkpoint.stored_grid = resolved.grid;

  VisionConfig& vision = checkpoint.config.vision;
  if (parts.image_size != 0) vision.image_size = parts.image_size;
  check_image_size(vision.image_size, vision.patch_size, source);
  ModelConfig stored = checkpoint.config;
  stored.vision.image_size = checkpoint.stored_grid * vision.patch_size;
  check_tensors(checkpoint.tensors, expected_tensors(checkpoint.layout, stored), source);
  interpolate_positions(checkpoint);
  checkpoint.weights_id = weights_id(checkpoint.tensors, vision);
  checkpoint.embedder_id = embedder_id(checkpoint.tensors, checkpoint.weights_id);
  return checkpoint;
}

}  // namespace blip
