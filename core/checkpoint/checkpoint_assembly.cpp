#include "core/checkpoint/checkpoint_assembly.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/checkpoint/blip2_names.h"
#include "core/checkpoint/key_map.h"
#include "core/checkpoint/layout.h"
#include "core/checkpoint/message.h"
#include "core/checkpoint/model_sizes.h"
#include "core/checkpoint/position_embedding.h"
#include "core/checkpoint/tensor_ties.h"
#include "core/checkpoint/weights_id.h"

namespace blip {
namespace {

constexpr double kTorchEpsilon = 1e-5;         // nn.LayerNorm's
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
  const bool is_clip = checkpoint.config.vision.pre_norm;
  for (const char* name : {"visual_encoder.pos_embed", "visual_encoder_m.pos_embed"}) {
    for (TensorMap* tensors : {&checkpoint.tensors, &checkpoint.training_state}) {
      const auto found = tensors->find(name);
      if (found != tensors->end()) found->second = interpolate_position_embedding(found->second, grid, is_clip);
    }
  }
}

void move_training_state(Checkpoint& checkpoint) {
  for (auto item = checkpoint.tensors.begin(); item != checkpoint.tensors.end();) {
    const auto current = item++;
    if (is_training_state(current->first)) checkpoint.training_state.insert(checkpoint.tensors.extract(current));
  }
}

void check_declared_family(const CheckpointParts& parts) {
  const DeclaredFamily said = parts.declared.family;
  const bool blip2 = is_blip2(parts.tensors);
  if (said == DeclaredFamily::kUnsaid || blip2 == (said == DeclaredFamily::kBlip2)) return;
  throw invalid_data(parts.source, "the config and the weights contradict each other: model_type is " +
                                       std::string(blip2 ? "'blip'" : "'blip-2'") + " in " +
                                       in_quotes(parts.declared.source) + ", but the weights " +
                                       (blip2 ? "have the query_tokens of BLIP-2" : "have no query_tokens"));
}

// transformers' class against what the tensors are.
void check_architecture(const DeclaredConfig& declared, Layout layout, const std::string& source) {
  const bool generates = layout_parts(layout).language_model;
  const bool says_retrieval = declared.architecture == "Blip2ForImageTextRetrieval",
             says_generation = declared.architecture == "Blip2ForConditionalGeneration";
  if (!(generates ? says_retrieval : says_generation)) return;
  throw invalid_data(source, "the config and the weights contradict each other: architectures is " +
                                 in_quotes(declared.architecture) + " in " + in_quotes(declared.source) +
                                 ", but the weights are of a " + std::string(layout_name(layout)) + " model");
}

// Tensors, family and warnings of a BLIP-2, and what its config leaves to the family: LAVIS computes ln_vision with
// PyTorch's epsilon and T5 with the exact GELU, transformers has one epsilon for all of the image encoder.
void take_blip2(CheckpointParts& parts, Checkpoint& checkpoint) {
  Blip2Tensors united = unite_blip2_tensors(parts);
  checkpoint.tensors = std::move(united.tensors);
  checkpoint.family = united.family;
  checkpoint.warnings = std::move(united.warnings);
  DeclaredConfig::Vision& vision = parts.declared.vision;
  if (united.clip) {
    if (!vision.layer_norm_eps) vision.layer_norm_eps = kTorchEpsilon;
    if (!vision.activation) vision.activation = Activation::kQuickGelu;
  }
  if (united.family != CheckpointFamily::kOriginal) return;
  if (!vision.last_norm_eps) vision.last_norm_eps = kTorchEpsilon;
  if (parts.declared.language && parts.declared.language->kind == LanguageModelKind::kT5)
    parts.declared.language->activation = Activation::kGelu;
}

}  // namespace

Checkpoint assemble_checkpoint(CheckpointParts parts) {
  const std::string& source = parts.source;
  check_declared_family(parts);
  Checkpoint checkpoint;
  const bool blip2 = is_blip2(parts.tensors);
  if (blip2) {
    take_blip2(parts, checkpoint);
  } else {
    checkpoint.family = parts.family;
    checkpoint.tensors = translate_names(parts.tensors, checkpoint.family, source);
  }
  move_training_state(checkpoint);
  checkpoint.layout = detect_layout(checkpoint.tensors, source);
  if (blip2) {
    check_architecture(parts.declared, checkpoint.layout, source);
  } else {
    checkpoint.warnings = fill_ties(checkpoint.tensors);
    auto& declared_epsilon = parts.declared.vision.layer_norm_eps;
    if (checkpoint.family == CheckpointFamily::kTransformers && !declared_epsilon)
      declared_epsilon = kTransformersEpsilon;
  }
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
  checkpoint.weights_id = weights_id(checkpoint.tensors, checkpoint.config);
  checkpoint.embedder_id = embedder_id(checkpoint.tensors, checkpoint.config, checkpoint.weights_id);
  return checkpoint;
}

}  // namespace blip
