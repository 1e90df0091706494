#include "training/capfilt/shard_pictures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::png_of;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Found> read_all(const std::filesystem::path& shard, ShardTexts texts = ShardTexts::kFound) {
  const auto reader = read_shard_pictures(shard, texts);
  std::vector<Found> all;
  for (Found found; reader->next(found);) all.push_back(std::move(found));
  return all;
}

std::vector<std::string> texts_of(const Found& found) {
  std::vector<std::string> texts;
  for (const FoundText& text : found.picture.value().texts)
    texts.push_back(text.origin + ": " + text.text + (text.label.empty() ? "" : " [" + text.label + "]"));
  return texts;
}

void write_shard(const std::filesystem::path& folder,
                 const std::vector<std::pair<std::string, test::ShardFiles>>& samples) {
  ShardWriter writer(folder, 1000);
  for (const auto& [key, files] : samples) writer.add(key, files);
  writer.finish();
}

TEST(ShardPictures, TextsAreThoseFoundWithThePicture) {
  const test::TempDir dir;
  const std::string png = png_of(2, 2, 1, 2, 3);
  write_shard(dir.path(),
              {{"web", {{"png", png}, {"json", R"({"web": {"text": "w", "label": "wrong"}, "captions": ["c"]})"}}},
               {"plain", {{"png", png}, {"json", R"({"web": "w", "video": "v.mp4", "time": 1.5, "url": "u"})"}}},
               {"captions", {{"png", png}, {"json", R"({"captions": ["c", "d"]})"}}},
               {"txt", {{"png", png}, {"txt", "t"}}},
               {"none", {{"png", png}}}});
  const auto found = read_all(dir / "000000.tar");
  ASSERT_EQ(found.size(), 5u);
  EXPECT_THAT(texts_of(found[0]), ElementsAre("web: w [wrong]"));
  EXPECT_THAT(texts_of(found[1]), ElementsAre("web: w"));
  EXPECT_EQ(found[1].picture->video, "v.mp4");
  EXPECT_EQ(found[1].picture->time, 1.5);
  EXPECT_EQ(found[1].picture->url, "u");
  EXPECT_THAT(texts_of(found[2]), ElementsAre("captions: c", "captions: d"));
  EXPECT_THAT(texts_of(found[3]), ElementsAre("txt: t"));
  EXPECT_TRUE(found[4].picture->texts.empty());
  EXPECT_EQ(found[4].key, "none");
  EXPECT_EQ(found[4].picture->bytes, png);
  EXPECT_EQ(found[4].picture->extension, "png");

  const auto human = read_all(dir / "000000.tar", ShardTexts::kHuman);
  EXPECT_THAT(texts_of(human[0]), ElementsAre("captions: c"));
  EXPECT_EQ(human[4].failure.value().reason, kNoText);
}

TEST(ShardPictures, WhatCannotBeUsedIsNamed) {
  const test::TempDir dir;
  const std::string png = png_of(2, 2, 1, 2, 3);
  write_shard(dir.path(), {{"a", {{"json", R"({"web": "w"})"}}},
                           {"b", {{"png", png}, {"json", "{\"web\": 3}"}}},
                           {"c", {{"png", png}, {"json", "no json"}}},
                           {"d", {{"png", png}, {"json", "{\"web\": \"w\"}"}}}});
  const auto found = read_all(dir / "000000.tar");
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0].failure.value().reason, kNoPicture);
  EXPECT_EQ(found[1].failure.value().reason, kBrokenTexts);
  EXPECT_THAT(found[1].failure->detail, HasSubstr("'web' is number; must be text"));
  EXPECT_EQ(found[2].failure.value().reason, kBrokenTexts);
  EXPECT_TRUE(found[3].picture);
}

TEST(ShardPictures, SamplesThatDamageTakesAwayAreFailures) {
  const test::TempDir dir;
  test::write_numbered_shards(dir.path(), 6, 6);
  const auto shard = dir / "000000.tar";
  std::filesystem::resize_file(shard, std::filesystem::file_size(shard) / 2 / 512 * 512 + 100);  // within a block
  const auto counted = read_all(shard);
  ASSERT_EQ(counted.size(), 6u);
  EXPECT_TRUE(counted.front().picture);
  EXPECT_EQ(counted.back().failure.value().reason, kDamagedShard);

  std::filesystem::remove(dir / "000000.json");
  const auto uncounted = read_all(shard);
  ASSERT_LT(uncounted.size(), 6u);
  EXPECT_TRUE(uncounted.at(uncounted.size() - 2).picture);
  EXPECT_EQ(uncounted.back().failure.value().reason, kDamagedShard);

  std::ofstream(dir / "x.tar") << "no archive";
  EXPECT_THROW(read_shard_pictures(dir / "x.tar", ShardTexts::kFound), Error);
  EXPECT_THROW(read_shard_pictures(dir / "y.tar", ShardTexts::kFound), Error);
}

}  // namespace
}  // namespace blip
