#include "training/synth/synth_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include "core/base/error.h"
#include "core/text/vocabulary.h"
#include "tests/support/json_lines.h"
#include "tests/support/temp_dir.h"

namespace blip::synth {
namespace {

SynthOptions small(const std::filesystem::path& output) {
  SynthOptions options;
  options.output = output;
  options.stills = 25;
  options.clips = 1;
  options.val_stills = 10;
  options.val_clips = 0;
  options.test_clips = 1;
  options.shard_size = 10;
  options.seed = 12;
  return options;
}

std::map<std::string, std::string> contents(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files[std::filesystem::relative(entry.path(), folder).string()] =
        std::string(std::istreambuf_iterator<char>(file), {});
  }
  return files;
}

TEST(SynthRun, WritesTheSameFilesWithAnyNumberOfJobs) {
  const blip::test::TempDir dir;
  SynthOptions options = small(dir / "one");
  std::vector<std::int64_t> done;
  run_synth(options, [&](std::int64_t now, std::int64_t all) {
    EXPECT_EQ(all, 37);
    done.push_back(now);
  });
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_EQ(done.back(), 37);
  options.output = dir / "three";
  options.jobs = 3;
  run_synth(options);

  const auto files = contents(dir / "one");
  EXPECT_TRUE(files == contents(dir / "three"));
  for (const char* name :
       {"vocab.txt", "train/shards/000000.tar", "train/shards/000002.tar", "val/shards/000000.tar",
        "train/annotations.json", "train/clips/00000.mp4", "test/annotations.json", "test/clips/00000.mp4"})
    EXPECT_EQ(files.count(name), 1U) << name;
  EXPECT_EQ(files.count("train/shards/000003.tar"), 0U);
  EXPECT_EQ(files.count("val/annotations.json"), 0U);
  EXPECT_NE(files.at("train/clips/00000.mp4"), files.at("test/clips/00000.mp4"));
  EXPECT_EQ(blip::test::read_json(dir / "one" / "test/annotations.json").at("clips").size(), 1U);
  EXPECT_GT(Vocabulary::load(dir / "one" / "vocab.txt").size(), 200);
}

TEST(SynthRun, StoppedItLeavesNothing) {
  const blip::test::TempDir dir;
  EXPECT_THROW(run_synth(small(dir / "out"), [](std::int64_t, std::int64_t) { throw std::runtime_error("stop"); }),
               std::runtime_error);
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(SynthRun, KeepsWhatIsThere) {
  const blip::test::TempDir dir;
  std::filesystem::create_directory(dir / "out");
  std::ofstream(dir / "out" / "mine.txt") << "mine";
  EXPECT_THROW(run_synth(small(dir / "out")), Error);
  EXPECT_EQ(contents(dir / "out"), (std::map<std::string, std::string>{{"mine.txt", "mine"}}));
}

TEST(SynthRun, OptionsOutOfRangeAreNamed) {
  const auto expect_refused = [](const char* option, auto change) {
    SynthOptions options = small("never");
    change(options);
    try {
      run_synth(options);
      ADD_FAILURE() << option;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
      EXPECT_THAT(error.what(), ::testing::HasSubstr(option));
    }
    EXPECT_FALSE(std::filesystem::exists("never"));
  };
  expect_refused("output", [](SynthOptions& options) { options.output.clear(); });
  expect_refused("jobs", [](SynthOptions& options) { options.jobs = 0; });
  expect_refused("jobs", [](SynthOptions& options) { options.jobs = -3; });
  expect_refused("shard-size", [](SynthOptions& options) { options.shard_size = 0; });
  expect_refused("clip-scale", [](SynthOptions& options) { options.clip_scale = 0; });
  expect_refused("clip-shots", [](SynthOptions& options) { options.clip_shots = -1; });
  expect_refused("clips", [](SynthOptions& options) { options.clips = std::int64_t{1} << 40; });
  expect_refused("stills", [](SynthOptions& options) { options.stills = -1; });
  expect_refused("rates", [](SynthOptions& options) { options.web.right = 2; });
}

}  // namespace
}  // namespace blip::synth
