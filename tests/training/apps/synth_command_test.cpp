#include "training/apps/synth_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

#include "core/base/error.h"
#include "pipelines/terminal/console.h"
#include "tests/support/json_lines.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

// Runs "synth ARGUMENTS"; returns what was written to stderr.
std::string run_synth_command(const std::string& arguments) {
  Console console("blip-train");
  CLI::App app("", "blip-train");
  const auto synth = add_synth_command(app, console);
  app.parse("synth " + arguments, false);
  ::testing::internal::CaptureStderr();
  try {
    synth();
  } catch (...) {
    ::testing::internal::GetCapturedStderr();
    throw;
  }
  return ::testing::internal::GetCapturedStderr();
}

constexpr const char* kStillsOnly = " --clips 0 --val-clips 0 --val-stills 0 --test-clips 0";

TEST(SynthCommand, RendersWhatItIsAskedFor) {
  const test::TempDir dir;
  const std::string out = (dir / "world").string();
  const std::string said = run_synth_command(out + kStillsOnly + " --stills 12 --shard-size 5 --world basic --jobs 2");
  EXPECT_EQ(said, "blip-train: 12 pictures and videos in '" + out + "'\n");
  const auto shards = dir / "world/train/shards";
  EXPECT_TRUE(std::filesystem::exists(dir / "world/vocab.txt"));
  EXPECT_TRUE(std::filesystem::exists(shards / "000002.tar"));
  EXPECT_FALSE(std::filesystem::exists(shards / "000003.tar"));
  EXPECT_EQ(test::read_json(shards / "000002.json").at("samples"), 2);
  EXPECT_FALSE(std::filesystem::exists(dir / "world/val"));
}

TEST(SynthCommand, RefusesWhatIsNoWorldOrNumber) {
  const test::TempDir dir;
  const std::string out = (dir / "world").string();
  EXPECT_THROW(run_synth_command(out + kStillsOnly + " --world flat"), Error);
  EXPECT_THROW(run_synth_command(out + kStillsOnly + " --jobs 0"), Error);
  EXPECT_THROW(run_synth_command(out + kStillsOnly + " --web-right 0.9 --web-wrong 0.5"), Error);
  EXPECT_THROW(run_synth_command(out + " --stills many"), CLI::ParseError);
  EXPECT_THROW(run_synth_command(out + " --stills -1"), Error);
  EXPECT_THROW(run_synth_command("--stills 1"), CLI::ParseError);
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

}  // namespace
}  // namespace blip
