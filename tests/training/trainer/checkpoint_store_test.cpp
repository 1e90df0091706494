#include "training/trainer/checkpoint_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstring>
#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"
#include "training/trainer/tensor_bytes.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

TrainingCheckpoint checkpoint_at(std::int64_t step, std::int64_t numbers = 100) {
  TrainingCheckpoint checkpoint;
  checkpoint.step = step;
  checkpoint.task = "caption";
  checkpoint.recipe = "task: caption\n";
  checkpoint.tensors.emplace("model.w", view_of(torch::full({numbers}, static_cast<float>(step))));
  return checkpoint;
}

// What the store tells; no message is expected unless a test looks at them.
struct Report {
  std::vector<std::string> lines;
  std::function<void(const std::string&)> sink() {
    return [this](const std::string& line) { lines.push_back(line); };
  }
};

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(CheckpointStore, ReadsTheNewest) {
  const test::TempDir folder;
  const CheckpointStore store(folder / "c");
  Report report;
  EXPECT_FALSE(store.read_latest(report.sink()).has_value());
  for (const std::int64_t step : {5, 100000000, 20}) store.save(checkpoint_at(step));
  EXPECT_THAT(store.steps(), ElementsAre(5, 20, 100000000));
  EXPECT_EQ(store.read_latest(report.sink())->step, 100000000);
  EXPECT_THAT(report.lines, IsEmpty());
}

TEST(CheckpointStore, SavingAStepAgainReplacesIt) {
  const test::TempDir folder;
  const CheckpointStore store(folder.path());
  store.save(checkpoint_at(5));
  store.save(checkpoint_at(5, 7));
  Report report;
  EXPECT_EQ(store.read_latest(report.sink())->tensors.at("model.w").shape, std::vector<std::int64_t>{7});
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(CheckpointStore, TakesTheOneBeforeADamagedOne) {
  const test::TempDir folder;
  const CheckpointStore store(folder.path());
  for (const std::int64_t step : {1, 2, 3, 4, 5}) store.save(checkpoint_at(step));
  fs::resize_file(store.path_of(5) / "state.safetensors", 80);
  fs::remove(store.path_of(4) / "state.json");
  std::fstream(store.path_of(3) / "state.safetensors", std::ios::in | std::ios::out | std::ios::binary)
      .seekp(-1, std::ios::end)
      .put('x');
  std::ofstream(store.path_of(2) / "state.json") << "{\"step\":";
  Report report;
  EXPECT_EQ(store.read_latest(report.sink())->step, 1);
  ASSERT_EQ(report.lines.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_THAT(report.lines[i], HasSubstr("step-0000000" + std::to_string(5 - i)));
  fs::remove_all(store.path_of(1) / "recipe.yaml");
  EXPECT_THAT([&] { store.read_latest(report.sink()); }, ThrowsMessage<Error>(HasSubstr("all 5 checkpoints")));
}

TEST(CheckpointStore, AFullDiskLeavesTheOldOneWhole) {
  const test::TempDir folder;
  const CheckpointStore store(folder.path());
  store.save(checkpoint_at(1));
  const auto former_action = std::signal(SIGXFSZ, SIG_IGN);
  rlimit former{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &former), 0);
  rlimit tight = former;
  tight.rlim_cur = 100'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  EXPECT_THAT([&] { store.save(checkpoint_at(2, 1'000'000)); }, ThrowsMessage<Error>(HasSubstr("cannot write")));
  EXPECT_THAT([&] { store.save(checkpoint_at(1, 1'000'000)); }, ThrowsMessage<Error>(HasSubstr("cannot write")));
  setrlimit(RLIMIT_FSIZE, &former);
  std::signal(SIGXFSZ, former_action);
  Report report;
  EXPECT_EQ(store.read_latest(report.sink())->tensors.at("model.w").shape, std::vector<std::int64_t>{100});
  EXPECT_THAT(report.lines, IsEmpty());
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(CheckpointStore, PruneKeepsTheNewestAndWhatIsAskedFor) {
  const test::TempDir folder;
  const CheckpointStore store(folder.path());
  for (std::int64_t step = 1; step <= 6; ++step) store.save(checkpoint_at(step));
  fs::create_directory(folder / "step-00000009.part-abc");
  store.prune(2, {2, 5, 77});
  EXPECT_THAT(store.steps(), ElementsAre(2, 5, 6));
  EXPECT_EQ(entries(folder.path()), 3u);
}

TEST(CheckpointStore, LooksAtNothingElse) {
  const test::TempDir folder;
  for (const char* name : {"step-1", "step-0000000x", "step-00000001.part-abc", "other", "step-"})
    fs::create_directory(folder / name);
  EXPECT_THAT(CheckpointStore(folder.path()).steps(), IsEmpty());
}

}  // namespace
}  // namespace blip
