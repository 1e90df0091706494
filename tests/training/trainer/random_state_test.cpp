#include "training/trainer/random_state.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(RandomState, GoesOnWhereItWasTaken) {
  seed_random_numbers(1);
  torch::rand({3});
  const auto state = random_state(torch::kCPU);
  const auto uniform = torch::rand({5}), normal = torch::randn({5});
  seed_random_numbers(2);
  set_random_state(torch::kCPU, state);
  EXPECT_TRUE(torch::rand({5}).equal(uniform));
  EXPECT_TRUE(torch::randn({5}).equal(normal));
}

TEST(RandomState, SeedsDecide) {
  seed_random_numbers(1);
  const auto first = torch::rand({5});
  seed_random_numbers(1);
  EXPECT_TRUE(torch::rand({5}).equal(first));
  seed_random_numbers(2);
  EXPECT_FALSE(torch::rand({5}).equal(first));
}

TEST(RandomState, RefusesOtherBytes) {
  EXPECT_THROW(set_random_state(torch::kCPU, torch::zeros({3}, torch::kUInt8)), c10::Error);
}

}  // namespace
}  // namespace blip
