#include "training/synth/dialogue_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/error.h"
#include "tests/support/json_lines.h"
#include "tests/support/temp_dir.h"
#include "training/synth/synth_run.h"

namespace blip::synth {
namespace {

std::vector<nlohmann::json> lines_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class DialogueRun : public ::testing::Test {
 protected:
  void SetUp() override {
    SynthOptions world;
    world.output = dir_ / "world";
    world.stills = 6;
    world.val_stills = 2;
    world.clips = world.val_clips = world.test_clips = 0;
    world.shard_size = 4;
    run_synth(world);
    options_.world = world.output;
    options_.output = dir_ / "talks";
    options_.texts = 10;
    options_.val_texts = 3;
    options_.pictures = 5;
    options_.val_pictures = 2;
    options_.dialogues = 2;
  }

  blip::test::TempDir dir_;
  DialogueOptions options_;
};

TEST_F(DialogueRun, WritesTextsAndThePicturesTheyAreAbout) {
  std::int64_t done = 0, all = 0;
  run_dialogues(options_, [&](std::int64_t now, std::int64_t of) { done = now, all = of; });
  EXPECT_EQ(done, 30);
  EXPECT_EQ(all, 30);
  EXPECT_EQ(lines_of(options_.output / "texts.jsonl").size(), 10U);
  EXPECT_EQ(lines_of(options_.output / "answers.jsonl").size(), 10U);
  EXPECT_EQ(lines_of(options_.output / "val-texts.jsonl").size(), 3U);
  const auto lines = lines_of(options_.output / "train.jsonl");
  EXPECT_EQ(lines.size(), 15U);
  std::set<std::string> images;
  for (const auto& line : lines) images.insert(line.at("image").get<std::string>());
  EXPECT_EQ(images.size(), 5U);
  for (const auto& image : images) EXPECT_EQ(bytes_of(options_.output / image).substr(0, 2), "\xFF\xD8") << image;
  EXPECT_EQ(lines_of(options_.output / "val.jsonl").size(), 6U);
  const auto captions = blip::test::read_json(options_.output / "train-captions.json");
  ASSERT_EQ(captions.size(), 5U);
  EXPECT_EQ(captions[0].at("image"), lines[0].at("image"));
  EXPECT_EQ(captions[0].at("caption").size(), 3U);
}

TEST_F(DialogueRun, EqualOptionsGiveEqualBytes) {
  run_dialogues(options_);
  const auto first = options_.output;
  options_.output = dir_ / "again";
  run_dialogues(options_);
  for (const char* name : {"texts.jsonl", "val-texts.jsonl", "train.jsonl", "val.jsonl"})
    EXPECT_EQ(bytes_of(first / name), bytes_of(options_.output / name)) << name;
  options_.output = dir_ / "other";
  options_.seed = 2;
  run_dialogues(options_);
  EXPECT_NE(bytes_of(first / "texts.jsonl"), bytes_of(options_.output / "texts.jsonl"));
}

TEST_F(DialogueRun, AWorldOfFewerPicturesGivesAll) {
  options_.pictures = 100;
  run_dialogues(options_);
  EXPECT_EQ(lines_of(options_.output / "train.jsonl").size(), 18U);
}

TEST_F(DialogueRun, RefusesWhatItCannotUseAndLeavesNothing) {
  const auto expect_refused = [&](const char* what, auto change) {
    DialogueOptions options = options_;
    change(options);
    try {
      run_dialogues(options);
      ADD_FAILURE() << what;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr(what));
    }
    EXPECT_FALSE(std::filesystem::exists(dir_ / "talks"));
  };
  expect_refused("holds no stills", [&](DialogueOptions& options) { options.world = dir_ / "nothing"; });
  expect_refused("output", [](DialogueOptions& options) { options.output.clear(); });
  expect_refused("dialogues", [](DialogueOptions& options) { options.dialogues = 0; });
  expect_refused("texts", [](DialogueOptions& options) { options.texts = -1; });
}

}  // namespace
}  // namespace blip::synth
