#include "core/checkpoint/checkpoint.h"

#include <system_error>
#include <utility>

#include "core/checkpoint/blip2_names.h"
#include "core/checkpoint/checkpoint_assembly.h"
#include "core/checkpoint/frozen_files.h"
#include "core/checkpoint/layout.h"
#include "core/checkpoint/message.h"
#include "core/checkpoint/model_files.h"
#include "core/checkpoint/tokenizer_files.h"
#include "core/checkpoint/weights_files.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

// The width of the states behind ln_vision; 0 where it cannot be told.
std::int64_t states_width(const TensorMap& tensors) {
  const auto norm = tensors.find("ln_vision.weight");
  return norm == tensors.end() || norm->second.shape.empty() ? 0 : norm->second.shape[0];
}

// Reads what a LAVIS .pth of BLIP-2 leaves out. Returns the language model's folder, empty where it was not needed.
fs::path read_frozen_parts(const CheckpointOptions& options, const fs::path& model, CheckpointParts& parts) {
  if (lacks_vision(parts.tensors)) {
    const fs::path file = find_vision_file(options, model, states_width(parts.tensors));
    parts.vision = read_weights_at(file);
    parts.vision_source = file.string();
  }
  if (!lacks_language(parts.tensors)) return {};
  const fs::path folder = find_language_directory(options, model);
  parts.declared.language = read_language_config_file(folder / "config.json");
  parts.language = read_weights(find_weights(folder));
  parts.language_source = folder.string();
  return folder;
}

fs::path language_tokenizer(const CheckpointOptions& options, const fs::path& folder, LanguageModelKind kind) {
  const fs::path place = options.vocab.empty() ? folder : fs::path(options.vocab);
  std::error_code ignored;
  const fs::path found = find_language_tokenizer(fs::is_directory(place, ignored) ? place : place.parent_path(), kind);
  if (found.empty() && options.vocab_required) {
    throw Error(ErrorKind::kNotFound,
                "no tokenizer of the language model in " + in_quotes(place.string()) + ": looked for " +
                    (kind == LanguageModelKind::kOpt ? "vocab.json with merges.txt" : "spiece.model") +
                    " and tokenizer.json; give their folder by --vocab");
  }
  return found;
}

void require_vocabulary(const ModelFiles& files, const CheckpointOptions& options) {
  if (!files.vocab.empty() || !options.vocab_required) return;
  throw Error(ErrorKind::kNotFound,
              "no vocabulary for " + in_quotes(files.path.string()) +
                  ": looked for vocab.txt and tokenizer.json beside the weights; give one by --vocab");
}

// What ends OPT's texts: "\n", which LAVIS takes from the tokenizer and transformers' configs name.
void set_end_token(Checkpoint& checkpoint, bool declared) {
  LanguageModelConfig& language = checkpoint.config.blip2->language;
  if (language.kind != LanguageModelKind::kOpt || checkpoint.language_tokenizer.empty()) return;
  if (declared && checkpoint.family == CheckpointFamily::kTransformers) return;
  const auto newline = newline_token(checkpoint.language_tokenizer);
  if (!newline || *newline >= language.vocab_size) {
    throw invalid_data(checkpoint.language_tokenizer.string(),
                       "its vocabulary has no word for the end of a line among the " +
                           std::to_string(language.vocab_size) + " of the language model, which ends OPT's texts");
  }
  language.end_token = *newline;
}

Checkpoint open_blip2(const CheckpointOptions& options, const ModelFiles& files, CheckpointParts parts) {
  const fs::path language = read_frozen_parts(options, files.path, parts);
  const bool end_declared = parts.declared.language && parts.declared.language->end_token;
  Checkpoint checkpoint = assemble_checkpoint(std::move(parts));
  checkpoint.path = files.path;
  if (!layout_parts(checkpoint.layout).language_model) {
    require_vocabulary(files, options);
    checkpoint.vocab = files.vocab;
    return checkpoint;
  }
  const LanguageModelKind kind = checkpoint.config.blip2->language.kind;
  checkpoint.language_tokenizer = language_tokenizer(options, language.empty() ? files.path : language, kind);
  set_end_token(checkpoint, end_declared);
  return checkpoint;
}

}  // namespace

Checkpoint open_checkpoint(const CheckpointOptions& options) {
  const ModelFiles files = find_model_files(options);
  CheckpointParts parts;
  parts.source = files.weights.path.string();
  parts.tensors = read_weights(files.weights);
  if (!files.config.empty()) parts.declared = read_config_file(files.config);
  const WeightsFormat format = files.weights.format;
  if (format == WeightsFormat::kSafetensors || format == WeightsFormat::kShardedSafetensors)
    parts.family = CheckpointFamily::kTransformers;
  parts.image_size = options.image_size;
  if (is_blip2(parts.tensors)) return open_blip2(options, files, std::move(parts));
  require_vocabulary(files, options);
  Checkpoint checkpoint = assemble_checkpoint(std::move(parts));
  checkpoint.path = files.path;
  checkpoint.vocab = files.vocab;
  return checkpoint;
}

}  // namespace blip
