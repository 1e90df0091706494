#include "training/trainer/output_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(OutputFolder, MakesTheFolder) {
  const test::TempDir folder;
  prepare_output_folder({folder / "a/b"}, TrainingStart::kNew);
  EXPECT_TRUE(fs::is_directory(folder / "a/b"));
}

TEST(OutputFolder, NewMeetsNoTraining) {
  const test::TempDir folder;
  fs::create_directories(folder / "checkpoints/step-00000012");
  EXPECT_THAT([&] { prepare_output_folder({folder.path()}, TrainingStart::kNew); },
              ThrowsMessage<Error>(HasSubstr("at step 12; give --resume")));
  EXPECT_NO_THROW(prepare_output_folder({folder.path()}, TrainingStart::kResume));
  EXPECT_TRUE(fs::exists(folder / "checkpoints/step-00000012"));
}

TEST(OutputFolder, RestartRemovesTheTrainingAndNothingElse) {
  const test::TempDir folder;
  fs::create_directories(folder / "checkpoints/step-00000012");
  for (const char* name : {"metrics.jsonl", "report.html", "recipe.yaml", "events.out.tfevents.1.host.2", "notes.txt"})
    std::ofstream(folder / name) << "x";
  prepare_output_folder({folder.path()}, TrainingStart::kRestart);
  EXPECT_TRUE(fs::exists(folder / "notes.txt"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(OutputFolder, SaysWhenItCannotBeMade) {
  const test::TempDir folder;
  std::ofstream(folder / "file") << "x";
  EXPECT_THAT([&] { prepare_output_folder({folder / "file/out"}, TrainingStart::kNew); },
              ThrowsMessage<Error>(HasSubstr("file/out")));
}

}  // namespace
}  // namespace blip
