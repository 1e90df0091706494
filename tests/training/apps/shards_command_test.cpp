#include "training/apps/shards_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

#include "core/base/error.h"
#include "pipelines/terminal/console.h"
#include "tests/support/golden.h"
#include "tests/support/png_writer.h"
#include "tests/support/temp_dir.h"
#include "training/data/shard_dataset.h"
#include "training/data/video_texts.h"

namespace blip {
namespace {

// Runs "shards ARGUMENTS"; returns what was written to stderr.
std::string run_shards_command(const std::string& arguments) {
  Console console("blip-train");
  CLI::App app("", "blip-train");
  const auto shards = add_shards_command(app, console);
  app.parse("shards " + arguments, false);
  ::testing::internal::CaptureStderr();
  try {
    shards();
  } catch (...) {
    ::testing::internal::GetCapturedStderr();
    throw;
  }
  return ::testing::internal::GetCapturedStderr();
}

class ShardsCommand : public testing::Test {
 protected:
  // Two copies of a clip with subtitles beside them, and one that is no video.
  ShardsCommand() {
    const auto clip = find_texted_videos(test::shapes_dir()).videos.at(0).file;
    std::filesystem::create_directories(dir_ / "more");
    for (const char* name : {"a", "more/b"}) {
      std::filesystem::copy_file(clip, dir_ / (std::string(name) + clip.extension().string()));
      test::write_file(dir_ / (std::string(name) + ".srt"),
                       "00:00:00,000 --> 00:00:01,000\nfirst\n\n00:00:01,000 --> 00:00:00,500\nbad\n\n"
                       "00:00:01,000 --> 00:00:01,500\nsecond\n");
    }
    test::write_file(dir_ / "more/broken.mp4", "no video");
    test::write_file(dir_ / "more/broken.srt", "00:00:00,000 --> 00:00:01,000\nlost\n");
    video_ = (dir_ / ("a" + clip.extension().string())).string();
    out_ = (dir_ / "out").string();
  }

  test::TempDir dir_;
  std::string video_, out_;
};

TEST_F(ShardsCommand, WritesFramesAndSaysWhatWasLeftOut) {
  const std::string said =
      run_shards_command(video_ + " " + (dir_ / "more").string() + " -o " + out_ + " --frames 3 --shard-size 10");
  EXPECT_THAT(said, testing::HasSubstr("a.srt:4:"));
  EXPECT_THAT(said, testing::HasSubstr("3 of 3 frames are left out"));
  EXPECT_THAT(said, testing::EndsWith("blip-train: 12 frames of 3 videos in '" + out_ + "', 3 could not be read\n"));
  const ShardDataset data(out_, TextKind::kCaptions);
  EXPECT_EQ(data.shard_sizes(), (std::vector<std::int64_t>{10, 2}));
  EXPECT_EQ(data.read(0, 0).text, "first");
  EXPECT_EQ(data.read(11, 0).text, "second");
}

TEST_F(ShardsCommand, RefusesWhatCannotBe) {
  EXPECT_THROW(run_shards_command(video_), CLI::ParseError);
  EXPECT_THROW(run_shards_command("-o " + out_), CLI::ParseError);
  EXPECT_THROW(run_shards_command(video_ + " -o " + out_ + " --frames many"), CLI::ParseError);
  EXPECT_THROW(run_shards_command(video_ + " -o " + out_ + " --frames 0"), Error);
  EXPECT_THROW(run_shards_command((dir_ / "none.mp4").string() + " -o " + out_), Error);
  run_shards_command(video_ + " -o " + out_);
  EXPECT_THROW(run_shards_command(video_ + " -o " + out_), Error);  // holds shards already
}

}  // namespace
}  // namespace blip
