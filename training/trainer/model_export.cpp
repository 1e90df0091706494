#include "training/trainer/model_export.h"

#include <system_error>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "core/checkpoint/checkpoint_writer.h"
#include "core/checkpoint/config_writer.h"
#include "core/checkpoint/directory_output.h"
#include "core/checkpoint/key_map.h"
#include "core/checkpoint/layout.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/checkpoint/tensor_ties.h"
#include "core/text/vocabulary.h"
#include "training/trainer/half_tensors.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

Checkpoint checkpoint_of(const TensorMap& tensors, const ExportOptions& options) {
  Checkpoint checkpoint;
  checkpoint.config = options.config;
  checkpoint.stored_grid = options.config.vision.grid();
  checkpoint.layout = options.layout;
  checkpoint.path = "the trained model";
  checkpoint.vocab = options.vocab;
  const TensorShapes expected = expected_tensors(options.layout, options.config);
  for (const auto& [name, view] : tensors) {
    if (expected.contains(name)) {
      checkpoint.tensors.emplace(name, view);
    } else if (!options.half && is_training_state(name)) {
      checkpoint.training_state.emplace(name, view);
    }
  }
  check_tensors(checkpoint.tensors, expected, "the trained model");
  if (options.half) checkpoint.tensors = half_tensors(checkpoint.tensors);
  return checkpoint;
}

void write_text(const fs::path& path, const std::string& text) {
  FileOutput file(path);
  file.write(text);
  file.finish();
}

// All heads together, for gst-blip: what write_hugging_face_directory() refuses to call a model of transformers.
void write_whole_directory(const Checkpoint& checkpoint, const CheckpointWriteOptions& options, const fs::path& target,
                           bool half) {
  TensorMap renamed;
  TensorMap tensors = checkpoint.tensors;
  leave_out_ties(tensors);
  for (const auto& [name, view] : tensors) renamed.emplace(hugging_face_name(name), view);
  DirectoryOutput output(target);
  write_text(output.part() / "config.json", config_json({.model = checkpoint.config,
                                                         .layout = checkpoint.layout,
                                                         .ids = options.ids,
                                                         .dtype = half ? "float16" : "float32"}));
  write_safetensors(renamed, output.part() / "model.safetensors");
  fs::copy_file(checkpoint.vocab, output.part() / "vocab.txt");
  write_text(output.part() / "preprocessor_config.json", preprocessor_config_json(checkpoint.config.vision.image_size));
  write_text(output.part() / "tokenizer_config.json", tokenizer_config_json());
  write_text(output.part() / "special_tokens_map.json", special_tokens_map_json());
  output.finish();
}

// Moves everything in `from` into `to`, over what is there.
void move_contents(const fs::path& from, const fs::path& to) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(from)) entries.push_back(entry.path());
  for (const fs::path& entry : entries) {
    const fs::path target = to / entry.filename();
    if (fs::is_directory(target)) fs::remove_all(target);
    fs::rename(entry, target);
  }
}

}  // namespace

std::vector<std::string> export_model(const TensorMap& tensors, const ExportOptions& options, const fs::path& folder) {
  const Checkpoint checkpoint = checkpoint_of(tensors, options);
  const Vocabulary vocabulary = Vocabulary::load(options.vocab);
  const SpecialTokens& special = vocabulary.special();
  CheckpointWriteOptions write{.ids = {special.pad, special.sep, special.decode}, .layout = std::nullopt};
  std::vector<std::string> warnings;
  try {
    fs::create_directories(folder);
    DirectoryOutput output(folder / ".export");
    write_original_file(checkpoint, output.part() / "model.pth", write);
    if (options.layout == Layout::kPretrain) {
      write_whole_directory(checkpoint, write, output.part() / "model", options.half);
      write.layout = Layout::kCaptioner;
      write_hugging_face_directory(checkpoint, output.part() / "model-captioner", write);
      write.layout = Layout::kMatcher;
      write_hugging_face_directory(checkpoint, output.part() / "model-matcher", write);
    } else if (options.layout != Layout::kNlvr) {
      warnings = write_hugging_face_directory(checkpoint, output.part() / "model", write);
    }
    move_contents(output.part(), folder);
  } catch (const fs::filesystem_error& e) {
    throw Error(ErrorKind::kFailed, std::string("cannot write the trained model: ") + e.what());
  }
  return warnings;
}

}  // namespace blip
