#include "pipelines/checkpoints/model_convert.h"

#include <filesystem>

#include "core/checkpoint/checkpoint_writer.h"
#include "core/text/vocabulary.h"

namespace blip {

std::vector<std::string> convert_model(const ConvertOptions& options) {
  const Checkpoint checkpoint = open_checkpoint(options.source);
  const Vocabulary vocabulary = Vocabulary::load(checkpoint.vocab);
  vocabulary.expect_size(checkpoint.config.text.vocab_size);
  const SpecialTokens& special = vocabulary.special();
  const CheckpointWriteOptions write{.ids = {.pad = special.pad, .sep = special.sep, .decode = special.decode},
                                     .layout = options.layout};

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
