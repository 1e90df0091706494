#include "training/apps/shards_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>

#include "core/base/error.h"
#include "pipelines/terminal/console.h"
#include "tests/support/temp_dir.h"
#include "training/data/shard_dataset.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

void run_shards_command(const std::string& arguments) {
  CLI::App app;
  Console console("blip-train");
  const auto run = add_shards_command(app, console);
  app.parse("shards " + arguments);
  run();
}

// One of the clips that come with the tests.
fs::path some_clip() {
  return fs::directory_iterator(fs::path(BLIP_SOURCE_DIR) / "tests/data/shapes/clips")->path();
}

TEST(ShardsCommand, TakesFramesWithTheTextBesideAVideo) {
  const test::TempDir folder;
  fs::copy_file(some_clip(), folder / "clip.mp4");
  std::ofstream(folder / "clip.srt") << "1\n00:00:00,000 --> 00:00:00,500\na red circle\n";
  run_shards_command((folder / "clip.mp4").string() + " -o " + (folder / "out").string() + " --frames 2 --seed 3");
  const ShardDataset data(folder / "out", TextKind::kCaptions);
  ASSERT_EQ(data.size(), 2);
  EXPECT_EQ(data.read(0, 0).text, "a red circle");
}

TEST(ShardsCommand, RefusesWhatCannotBe) {
  const test::TempDir folder;
  EXPECT_THROW(run_shards_command((folder / "none.mp4").string() + " -o " + (folder / "out").string()), Error);
  EXPECT_THROW(run_shards_command(""), CLI::ParseError);
  EXPECT_THROW(run_shards_command("a.mp4 -o x --frames many"), CLI::ParseError);
}

}  // namespace
}  // namespace blip
