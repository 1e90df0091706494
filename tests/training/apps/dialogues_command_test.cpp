#include "training/apps/dialogues_command.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

#include "core/base/error.h"
#include "pipelines/terminal/console.h"
#include "tests/support/temp_dir.h"
#include "training/synth/synth_run.h"

namespace blip {
namespace {

void run_dialogues_command(const std::string& arguments) {
  Console console("blip-train");
  CLI::App app("", "blip-train");
  const auto dialogues = add_dialogues_command(app, console);
  app.parse("dialogues " + arguments, false);
  dialogues();
}

TEST(DialoguesCommand, WritesTextsAboutAWorld) {
  const test::TempDir dir;
  synth::SynthOptions world;
  world.output = dir / "world";
  world.stills = 4;
  world.clips = world.val_clips = world.val_stills = world.test_clips = 0;
  synth::run_synth(world);
  const std::string both = (dir / "world").string() + " -o " + (dir / "talks").string();
  run_dialogues_command(both + " --texts 5 --val-texts 0 --pictures 3 --val-pictures 0 --dialogues 2");
  EXPECT_TRUE(std::filesystem::exists(dir / "talks/texts.jsonl"));
  EXPECT_TRUE(std::filesystem::exists(dir / "talks/train.jsonl"));
  EXPECT_FALSE(std::filesystem::exists(dir / "talks/val.jsonl"));
}

TEST(DialoguesCommand, RefusesWhatIsMissingOrNoNumber) {
  const test::TempDir dir;
  const std::string both = (dir / "nothing").string() + " -o " + (dir / "talks").string();
  EXPECT_THROW(run_dialogues_command(both + " --texts 1 --val-texts 0"), Error);
  EXPECT_THROW(run_dialogues_command(both + " --dialogues 0"), Error);
  EXPECT_THROW(run_dialogues_command(both + " --texts many"), CLI::ParseError);
  EXPECT_THROW(run_dialogues_command((dir / "nothing").string()), CLI::ParseError);
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

}  // namespace
}  // namespace blip
