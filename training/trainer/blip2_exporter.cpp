#include "training/trainer/blip2_exporter.h"

#include <system_error>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/checkpoint_writer.h"
#include "core/checkpoint/directory_output.h"
#include "core/checkpoint/layout.h"
#include "training/trainer/half_tensors.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

// Trained and frozen tensors together, each that the layout needs.
Checkpoint whole_checkpoint(const TrainingCheckpoint& training, const FrozenBlip2Parts& frozen) {
  Checkpoint checkpoint;
  checkpoint.config = training.config;
  checkpoint.stored_grid = training.config.vision.grid();
  checkpoint.layout = training.layout;
  checkpoint.path = "the trained model";
  checkpoint.language_tokenizer = frozen.language_tokenizer;
  const TensorShapes expected = expected_tensors(training.layout, training.config);
  TensorMap trained = model_tensors(training);
  const std::string head = "Qformer.cls.predictions.";
  if (const auto bias = trained.find(head + "decoder.bias"); bias != trained.end())
    trained.emplace(head + "bias", bias->second);
  for (const auto& [name, view] : trained)
    (expected.contains(name) ? checkpoint.tensors : checkpoint.training_state).emplace(name, view);
  for (const auto& [name, view] : frozen.tensors)
    if (expected.contains(name)) checkpoint.tensors.emplace(name, view);
  check_tensors(checkpoint.tensors, expected, "the trained model");
  return checkpoint;
}

void write_text(const fs::path& path, const std::string& text) {
  FileOutput file(path);
  file.write(text);
  file.finish();
}

void replace(const fs::path& from, const fs::path& to) {
  for (const auto& entry : fs::directory_iterator(from)) {
    const fs::path target = to / entry.path().filename();
    fs::remove_all(target);
    fs::rename(entry.path(), target);
  }
}

}  // namespace

std::vector<std::string> Blip2Exporter::write(const TrainingCheckpoint& training, bool half,
                                              const fs::path& folder) const {
  Checkpoint checkpoint = whole_checkpoint(training, frozen_);
  std::vector<std::string> warnings;
  try {
    fs::create_directories(folder);
    DirectoryOutput output(folder / ".export");
    const fs::path part = output.part();
    if (!frozen_.vocabulary.empty()) {
      checkpoint.vocab = part / "words" / "vocab.txt";
      fs::create_directories(checkpoint.vocab.parent_path());
      write_text(checkpoint.vocab, frozen_.vocabulary);
    }
    if (half) checkpoint.tensors = half_tensors(checkpoint.tensors);
    CheckpointWriteOptions write;
    write.image_token = frozen_.image_token;
    write.frozen_parts = false;
    write_original_file(checkpoint, part / "model.pth", write);
    warnings = write_hugging_face_directory(checkpoint, part / "model", write);
    fs::remove_all(part / "words");
    replace(part, folder);
  } catch (const fs::filesystem_error& e) {
    throw Error(ErrorKind::kFailed, std::string("cannot write the trained model: ") + e.what());
  }
  return warnings;
}

}  // namespace blip
