#include "core/engine/feature_cache.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/core/engine/fake_backend.h"

namespace blip::test {
namespace {

using Features = std::shared_ptr<const ImageFeatures>;

FeatureKey key(std::uint64_t number, const std::string& model = "m") {
  return {model, {number, number}};
}
Features features(std::uint64_t bytes) {
  return std::make_shared<FakeFeatures>(0.f, bytes);
}
void derive(const Features& of, std::uint64_t bytes) {
  static_cast<const FakeFeatures&>(*of).derive(bytes);
}
void use(FeatureCache& cache, const Features& one) {
  cache.used(std::span(&one, 1));
}

TEST(FeatureCache, FindsWhatWasAddedByModelAndPixels) {
  FeatureCache cache(1000);
  const Features one = cache.add(key(1), features(100));
  EXPECT_EQ(cache.find(key(1)), one);
  EXPECT_EQ(cache.find(key(2)), nullptr);
  EXPECT_EQ(cache.find(key(1, "other")), nullptr);
  EXPECT_EQ(cache.find({"m", {1, 2}}), nullptr);
  EXPECT_EQ(cache.bytes(), 100u);
}

TEST(FeatureCache, WhoeverIsFirstWins) {
  FeatureCache cache(1000);
  const Features first = cache.add(key(1), features(100)), second = cache.add(key(1), features(100));
  EXPECT_EQ(first, second);
  EXPECT_EQ(cache.bytes(), 100u);
  EXPECT_EQ(cache.features(), 1u);
}

TEST(FeatureCache, TheLeastRecentlyUsedGoFirst) {
  FeatureCache cache(300);
  for (std::uint64_t i = 1; i <= 3; ++i) cache.add(key(i), features(100));
  EXPECT_NE(cache.find(key(1)), nullptr);  // 2 is the oldest now
  cache.add(key(4), features(100));
  EXPECT_EQ(cache.find(key(2)), nullptr);
  for (const std::uint64_t there : {1u, 3u, 4u}) EXPECT_NE(cache.find(key(there)), nullptr) << there;
  EXPECT_EQ(cache.bytes(), 300u);
}

// 1 is older than 2, both hold derived bytes. What is derived goes first, oldest first, before any features do.
TEST(FeatureCache, WhatIsDerivedGoesBeforeFeatures) {
  FeatureCache cache(1000);
  const Features a = cache.add(key(1), features(100)), b = cache.add(key(2), features(100));
  derive(a, 300);
  use(cache, a);
  derive(b, 300);
  use(cache, b);
  EXPECT_EQ(cache.bytes(), 800u);
  const Features c = cache.add(key(3), features(300));  // 1100
  EXPECT_EQ(a->derived_bytes(), 0u);
  EXPECT_EQ(b->derived_bytes(), 300u);
  EXPECT_EQ(cache.bytes(), 800u);
  const Features d = cache.add(key(4), features(400));  // 1200
  EXPECT_EQ(b->derived_bytes(), 0u);
  EXPECT_EQ(cache.bytes(), 900u);
  EXPECT_EQ(cache.features(), 4u);
  const Features e = cache.add(key(5), features(250));  // 1150: the oldest features, of 100, then the next of 100
  EXPECT_EQ(cache.bytes(), 950u);
  EXPECT_EQ(cache.features(), 3u);
}

TEST(FeatureCache, FeaturesInUseAreFoundAfterTheyWereLetGo) {
  FeatureCache cache(100);
  Features held = cache.add(key(1), features(100));
  cache.add(key(2), features(100));
  EXPECT_EQ(cache.features(), 1u);
  EXPECT_EQ(cache.find(key(1)), held);  // taken back, which pushes 2 out
  EXPECT_EQ(cache.find(key(2)), nullptr);
  cache.add(key(3), features(100));
  held.reset();
  EXPECT_EQ(cache.find(key(1)), nullptr);
}

TEST(FeatureCache, WhatIsDerivedFromFeaturesThatWereLetGoStillCounts) {
  FeatureCache cache(100);
  const Features held = cache.add(key(1), features(100));
  cache.add(key(2), features(100));
  derive(held, 1000);
  use(cache, held);
  EXPECT_EQ(held->derived_bytes(), 0u);
  EXPECT_EQ(cache.bytes(), 100u);
}

TEST(FeatureCache, DerivedBytesOfTheDeadAreNotCounted) {
  FeatureCache cache(500);
  Features held = cache.add(key(1), features(400));
  cache.add(key(2), features(400));
  derive(held, 100);
  use(cache, held);
  EXPECT_EQ(cache.bytes(), 500u);
  held.reset();
  const Features next = cache.add(key(3), features(100));
  EXPECT_EQ(cache.bytes(), 500u);
  EXPECT_EQ(cache.features(), 2u);
}

TEST(FeatureCache, ASmallerBudgetHoldsAtOnce) {
  FeatureCache cache(1000);
  for (std::uint64_t i = 0; i < 10; ++i) cache.add(key(i), features(100));
  cache.set_budget(250);
  EXPECT_EQ(cache.bytes(), 200u);
  cache.set_budget(0);
  EXPECT_EQ(cache.bytes(), 0u);
  const Features held = cache.add(key(7), features(100));
  EXPECT_EQ(cache.bytes(), 0u);
  EXPECT_EQ(cache.find(key(7)), held);
}

TEST(FeatureCache, AModelsFeaturesGoWithItsLastLease) {
  FeatureCache cache(1000);
  auto first = cache.lease("m"), second = cache.lease("m");
  cache.add(key(1), features(100));
  cache.add(key(1, "other"), features(100));
  first.reset();
  EXPECT_EQ(cache.features(), 2u);
  second.reset();
  EXPECT_EQ(cache.features(), 1u);
  EXPECT_EQ(cache.find(key(1)), nullptr);
  EXPECT_NE(cache.find(key(1, "other")), nullptr);
}

TEST(FeatureCache, OthersFeaturesAreIgnored) {
  FeatureCache cache(1000);
  const Features stranger = features(100);
  derive(stranger, 5000);
  use(cache, stranger);
  EXPECT_EQ(cache.bytes(), 0u);
  EXPECT_EQ(stranger->derived_bytes(), 5000u);
}

// The books balance whatever threads do: in the end everything can be let go.
TEST(FeatureCache, ManyThreadsKeepTheBooks) {
  FeatureCache cache(2000);
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      std::uint64_t state = t + 1;
      std::vector<Features> held;
      for (int i = 0; i < 3000; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const FeatureKey which = key((state >> 33) % 50);
        Features one = cache.find(which);
        if (one == nullptr) one = cache.add(which, features(100));
        derive(one, (state >> 40) % 3 * 100);
        use(cache, one);
        EXPECT_LE(cache.bytes(), 2000u);
        held.push_back(std::move(one));
        if (held.size() > 5) held.erase(held.begin());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  cache.set_budget(0);
  EXPECT_EQ(cache.bytes(), 0u);
  EXPECT_EQ(cache.features(), 0u);
}

}  // namespace
}  // namespace blip::test
