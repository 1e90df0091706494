#include "core/engine/packed_backend/blip2/prefix_store.h"

#include <gtest/gtest.h>

#include "tests/core/engine/fake_features.h"

namespace blip::test {
namespace {

using Ids = std::vector<std::int64_t>;

constexpr std::uint64_t kTokenBytes = 2 * 4 * sizeof(float);

std::shared_ptr<Prefix> prefix(std::int64_t tokens) {
  return std::make_shared<Prefix>(/*layers=*/1, tokens, /*width=*/4);
}

Clip clip(std::size_t frames = 1) {
  Clip made;
  while (made.frames.size() < frames) made.frames.push_back(std::make_shared<FakeFeatures>(1.0f));
  return made;
}

TEST(PrefixStore, FindsTheOneWithMostIdsInCommon) {
  PrefixStore store;
  const Clip on = clip();
  const auto soft = prefix(2), question = prefix(5);
  EXPECT_EQ(store.longest(on, Ids{1, 2}).prefix, nullptr);
  store.keep(on, Ids{}, soft);
  EXPECT_EQ(store.longest(on, Ids{1, 2}).prefix, soft) << "for the soft prompts";
  EXPECT_EQ(store.longest(on, Ids{1, 2}).common_ids, 0);
  store.keep(on, Ids{1, 2, 3}, question);
  EXPECT_EQ(store.longest(on, Ids{1, 2, 4, 3}).prefix, question);
  EXPECT_EQ(store.longest(on, Ids{1, 2, 4, 3}).common_ids, 2);
  EXPECT_EQ(store.longest(on, Ids{1, 2, 3, 3}).common_ids, 3);
  EXPECT_EQ(store.longest(on, Ids{1}).common_ids, 1);
}

TEST(PrefixStore, AnExactOneHasTheSameIds) {
  PrefixStore store;
  const Clip on = clip();
  const auto kept = prefix(3);
  store.keep(on, Ids{1, 2}, kept);
  EXPECT_EQ(store.exact(on, Ids{1, 2}), kept);
  for (const Ids& other : {Ids{1}, Ids{1, 2, 3}, Ids{1, 3}, Ids{}}) EXPECT_EQ(store.exact(on, other), nullptr);
}

TEST(PrefixStore, ClipsOfOtherFramesShareNothing) {
  PrefixStore store;
  Clip two = clip(2);
  const Clip one{{two.frames[0]}};
  store.keep(two, Ids{1}, prefix(2));
  EXPECT_NE(store.longest(two, Ids{1}).prefix, nullptr);
  EXPECT_EQ(store.longest(one, Ids{1}).prefix, nullptr);
  Clip another = two;
  another.frames[1] = std::make_shared<FakeFeatures>(1.0f);
  EXPECT_EQ(store.longest(another, Ids{1}).prefix, nullptr);
  two.frames.pop_back();  // the second frame is gone, and nobody can ask for the two
  EXPECT_EQ(store.longest(two, Ids{1}).prefix, nullptr);
}

TEST(PrefixStore, TheLeastRecentlyUsedGoFirst) {
  PrefixStore store(4 * kTokenBytes);
  const Clip on = clip();
  store.keep(on, Ids{1}, prefix(2));
  store.keep(on, Ids{2}, prefix(2));
  EXPECT_EQ(store.bytes(), 4 * kTokenBytes);
  store.exact(on, Ids{1});
  store.keep(on, Ids{3}, prefix(1));
  EXPECT_EQ(store.exact(on, Ids{2}), nullptr);
  EXPECT_NE(store.exact(on, Ids{1}), nullptr);
  EXPECT_EQ(store.bytes(), 3 * kTokenBytes);
}

TEST(PrefixStore, OneThatAnotherStandsBehindStaysAndCounts) {
  PrefixStore store(2 * kTokenBytes);
  const Clip on = clip();
  const auto first = prefix(2);
  const std::weak_ptr<Prefix> alive = first;
  store.keep(on, Ids{1}, first);
  auto turn = prefix(2);
  turn->stand_behind(first, 2);
  store.keep(on, Ids{1, 2}, turn);
  EXPECT_EQ(store.bytes(), 4 * kTokenBytes) << "both are in use";
  turn.reset();
  store.keep(on, Ids{9}, prefix(1));
  EXPECT_EQ(store.exact(on, (Ids{1, 2})), nullptr) << "the turn could go";
  EXPECT_FALSE(alive.expired());
}

}  // namespace
}  // namespace blip::test
