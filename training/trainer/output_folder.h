#pragma once

#include <filesystem>

namespace blip {

enum class TrainingStart {
  kNew,      // the folder must hold no training yet
  kResume,   // go on from the last checkpoint, begin where there is none
  kRestart,  // remove what is there and begin anew
};

// Where a training's files are.
struct OutputFolder {
  std::filesystem::path path;

  std::filesystem::path recipe() const { return path / "recipe.yaml"; }
  std::filesystem::path vocabulary() const { return path / "vocab.txt"; }
  std::filesystem::path metrics() const { return path / "metrics.jsonl"; }
  std::filesystem::path report() const { return path / "report.html"; }
  std::filesystem::path checkpoints() const { return path / "checkpoints"; }
  std::filesystem::path best() const { return path / "best"; }
};

// Makes the folder and removes the former training's files on kRestart. Throws Error(kInvalidArgument) when kNew meets
// a training that is there, Error(kFailed) when the folder cannot be made.
void prepare_output_folder(const OutputFolder& folder, TrainingStart start);

}  // namespace blip
