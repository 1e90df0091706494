#include "core/engine/torch_backend/clip_prefixes.h"

#include <gtest/gtest.h>

#include "core/engine/torch_backend/torch_features.h"
#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

constexpr int64_t kQueries = 2;

class ClipPrefixesTest : public testing::Test {
 protected:
  static Clip clip(std::size_t frames = 1) {
    Clip clip;
    while (clip.frames.size() < frames) clip.frames.push_back(std::make_shared<TorchFeatures>(waves({1, 2, 3})));
    return clip;
  }
  static std::vector<KeyValue> states(std::size_t ids, double phase = 0) {
    const auto length = kQueries + static_cast<int64_t>(ids);
    return {{waves({1, 1, length, 4}, phase), waves({1, 1, length, 4}, phase + 1)}};
  }
  void keep(const Clip& of, const std::vector<std::int64_t>& ids, double phase = 0) {
    prefixes_.keep(of, ids, states(ids.size(), phase));
  }
  ClipPrefixes::Found find(const Clip& of, const std::vector<std::int64_t>& ids) { return prefixes_.find(of, ids); }

  ClipPrefixes prefixes_;
};

TEST_F(ClipPrefixesTest, AnotherQuestionSharesItsBeginning) {
  const Clip own = clip();
  keep(own, {2, 10, 11, 12});
  const auto found = find(own, {2, 10, 20});
  EXPECT_EQ(found.ids, 2u);
  ASSERT_EQ(found.states.size(), 1u);
  EXPECT_TRUE(found.states[0].key.equal(states(4)[0].key.narrow(2, 0, kQueries + 2)));
  EXPECT_TRUE(found.states[0].value.equal(states(4)[0].value.narrow(2, 0, kQueries + 2)));
}

TEST_F(ClipPrefixesTest, ThePictureAloneIsWorthSharing) {
  const Clip own = clip();
  keep(own, {2, 10});
  const auto found = find(own, {5});
  EXPECT_EQ(found.ids, 0u);
  ASSERT_FALSE(found.states.empty());
  EXPECT_EQ(found.states[0].key.size(2), kQueries);
}

TEST_F(ClipPrefixesTest, TheLongestBeginningWins) {
  const Clip own = clip();
  keep(own, {2, 10, 11}, 0);
  keep(own, {2, 20}, 5);
  const auto found = find(own, {2, 10, 11, 12});
  EXPECT_EQ(found.ids, 3u);
  EXPECT_TRUE(found.states[0].key.equal(states(3, 0)[0].key));
}

TEST_F(ClipPrefixesTest, OtherFramesShareNothing) {
  const Clip one = clip(), other = clip(), both{{one.frames[0], other.frames[0]}};
  keep(one, {2});
  EXPECT_TRUE(find(other, {2}).states.empty());
  EXPECT_TRUE(find(both, {2}).states.empty());
  EXPECT_FALSE(find(one, {2}).states.empty());
}

TEST_F(ClipPrefixesTest, AWholeQuestionIsFoundOnlyWhole) {
  const Clip own = clip();
  keep(own, {5, 6, 1});
  EXPECT_FALSE(prefixes_.find_whole(own, std::vector<std::int64_t>{5, 6, 1}).empty());
  EXPECT_TRUE(prefixes_.find_whole(own, std::vector<std::int64_t>{5, 6}).empty());
  EXPECT_TRUE(prefixes_.find_whole(clip(), std::vector<std::int64_t>{5, 6, 1}).empty());
}

TEST_F(ClipPrefixesTest, TheLatestFewAreKept) {
  const Clip first = clip();
  keep(first, {2});
  std::vector<Clip> later;
  for (int i = 0; i < 3; ++i) {
    later.push_back(clip());
    keep(later.back(), {2});
    EXPECT_FALSE(find(first, {2}).states.empty()) << "used, and so kept";
  }
  for (int i = 0; i < 8; ++i) {
    later.push_back(clip());
    keep(later.back(), {2});
  }
  EXPECT_TRUE(find(first, {2}).states.empty());
  EXPECT_FALSE(find(later.back(), {2}).states.empty());
}

TEST_F(ClipPrefixesTest, WhatIsMadeOfFramesThatAreGoneIsDropped) {
  torch::Tensor key;
  {
    const Clip gone = clip();
    auto made = states(1);
    key = made[0].key;
    prefixes_.keep(gone, std::vector<std::int64_t>{2}, std::move(made));
    EXPECT_EQ(key.use_count(), 2u);
  }
  const Clip own = clip();
  keep(own, {2});
  EXPECT_EQ(key.use_count(), 1u);
}

}  // namespace
}  // namespace blip::test
