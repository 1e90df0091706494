#include "pipelines/checkpoints/model_convert.h"

#include <filesystem>

#include "core/checkpoint/checkpoint_writer.h"
#include "pipelines/checkpoints/model_vocabulary.h"

namespace blip {

std::vector<std::string> convert_model(const ConvertOptions& options) {
  const Checkpoint checkpoint = open_checkpoint(options.source);
  const ModelVocabulary vocabulary = open_fitting_vocabulary(checkpoint);
  const CheckpointWriteOptions write{
      .ids = vocabulary.ids,
      .layout = options.layout,
      .image_token = layout_parts(checkpoint.layout).language_model ? vocabulary.entries : -1};

  std::vector<std::string> warnings = checkpoint.warnings;
  const std::filesystem::path target = options.target;
  const ModelFormat by_name = target.extension() == ".pth" ? ModelFormat::kTorch : ModelFormat::kHuggingFace;
  if (options.format.value_or(by_name) == ModelFormat::kTorch) {
    write_original_file(checkpoint, target, write);
  } else {
    const auto more = write_hugging_face_directory(checkpoint, target, write);
    warnings.insert(warnings.end(), more.begin(), more.end());
  }
  return warnings;
}

}  // namespace blip
