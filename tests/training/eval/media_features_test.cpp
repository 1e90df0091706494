#include "training/eval/media_features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "core/base/error.h"
#include "tests/training/eval/picture_media.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Visit {
  std::vector<std::size_t> taken, failed;
  std::vector<std::vector<float>> tokens;
};

Visit visit(MediaFeatures& features, std::size_t media) {
  std::vector<std::size_t> order(media);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Visit found;
  features.for_each(
      order,
      [&](std::size_t m, const MediumFeatures& medium) {
        found.taken.push_back(m);
        found.tokens.push_back(medium.joined.frames[0]->to_matrix().values);
      },
      [&](std::size_t m, const std::string& reason) {
        found.failed.push_back(m);
        EXPECT_THAT(reason, HasSubstr("broken.png"));
      });
  return found;
}

TEST(MediaFeatures, EachIsEncodedOnceWhileThereIsRoom) {
  const auto model = test::golden_model("retrieval");
  const test::PictureMedia pictures;
  MediaFeatures features(*model, pictures.media(), {});
  const Visit first = visit(features, 4), second = visit(features, 4);
  EXPECT_THAT(first.taken, ElementsAre(0, 2, 3));
  EXPECT_THAT(first.failed, ElementsAre(1));
  EXPECT_EQ(first.tokens, second.tokens);
  EXPECT_EQ(features.encoded(), 3U);
  EXPECT_EQ(features.find(2)->joined.frames[0]->to_matrix().values, first.tokens[1]);
  EXPECT_THROW(features.find(1), Error);
}

TEST(MediaFeatures, BeyondTheBudgetTheyComeFromTheStore) {
  const auto model = test::golden_model("retrieval");
  const test::PictureMedia pictures;
  MediaOptions options;
  const MediaFeatures sizes(*model, pictures.media(), options);
  const std::uint64_t one = sizes.bytes_of_one();
  options.memory = one;  // nothing can be kept
  MediaFeatures forgetful(*model, pictures.media(), options);
  const Visit first = visit(forgetful, 4);
  EXPECT_EQ(visit(forgetful, 4).tokens, first.tokens);
  EXPECT_EQ(forgetful.encoded(), 6U);
  EXPECT_LE(forgetful.most_bytes(), one);

  options.cache = pictures.folder() / "cache";
  MediaFeatures stored(*model, pictures.media(), options), later(*model, pictures.media(), options);
  EXPECT_EQ(visit(stored, 4).tokens, first.tokens);
  EXPECT_EQ(visit(stored, 4).tokens, first.tokens);
  EXPECT_EQ(stored.encoded(), 3U);
  EXPECT_EQ(visit(later, 4).tokens, first.tokens);  // another run
  EXPECT_EQ(later.encoded(), 0U);

  options.memory = one - 1;
  EXPECT_THROW(MediaFeatures(*model, pictures.media(), options), Error);
}

TEST(MediaFeatures, HalfPrecisionIsTheSameBeforeAndAfterTheStore) {
  const auto model = test::golden_model("retrieval");
  const test::PictureMedia pictures;
  MediaOptions options;
  options.cache = pictures.folder() / "cache";
  options.half = true;
  MediaFeatures first(*model, pictures.media(), options), second(*model, pictures.media(), options);
  const Visit made = visit(first, 4), found = visit(second, 4);
  EXPECT_EQ(made.tokens, found.tokens);
  EXPECT_EQ(second.encoded(), 0U);
}

TEST(MediaFeatures, WhatTakeThrowsLeavesAtOnce) {
  const auto model = test::golden_model("retrieval");
  const test::PictureMedia pictures;
  MediaFeatures features(*model, pictures.media(), {});
  const std::vector<std::size_t> order = {0, 2, 3};
  int calls = 0;
  EXPECT_THROW(features.for_each(
                   order,
                   [&](std::size_t, const MediumFeatures&) {
                     ++calls;
                     throw Error(ErrorKind::kCancelled, "stop");
                   },
                   [](std::size_t, const std::string&) {}),
               Error);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace blip
