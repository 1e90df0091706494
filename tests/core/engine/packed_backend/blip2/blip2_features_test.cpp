#include "core/engine/packed_backend/blip2/blip2_features.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/core/engine/fake_features.h"

namespace blip::test {
namespace {

Matrix states() {
  Matrix matrix(2, 3);
  matrix.values = {1, 2, 3, 4, 5, 6};
  return matrix;
}

TEST(Blip2Features, AreTheirNumbers) {
  const Blip2Features features(states());
  EXPECT_EQ(features.tokens(), 2);
  EXPECT_EQ(features.width(), 3);
  EXPECT_EQ(features.bytes(), 6 * sizeof(float));
  EXPECT_EQ(features.to_matrix().values, states().values);
}

TEST(Blip2Features, CountWhatModelsKeepWithThemUntilItIsDropped) {
  const auto features = std::make_shared<Blip2Features>(states());
  EXPECT_EQ(features->derived_bytes(), 0U);
  const Clip clip{{features}};
  const auto prefix = std::make_shared<Prefix>(/*layers=*/1, /*tokens=*/3, /*width=*/2);
  const auto store = features->prefixes(7);
  store->keep(clip, std::vector<std::int64_t>{1}, prefix);
  EXPECT_EQ(features->derived_bytes(), 3 * 2 * 2 * sizeof(float));
  EXPECT_EQ(features->prefixes(7), store);
  EXPECT_NE(features->prefixes(8), store) << "another model's";
  EXPECT_EQ(features->queried(7), nullptr);
  features->drop_derived();
  EXPECT_EQ(features->derived_bytes(), 0U);
  EXPECT_EQ(features->prefixes(7)->exact(clip, std::vector<std::int64_t>{1}), nullptr);
}

TEST(Blip2Features, FramesOfAnotherBackendAreAnError) {
  const auto own = std::make_shared<Blip2Features>(states());
  const auto foreign = std::make_shared<FakeFeatures>(1.0f);
  EXPECT_EQ(blip2_frames({{own, own}}).size(), 2U);
  EXPECT_THROW(blip2_frames({}), Error);
  EXPECT_THROW(blip2_frames({{own, foreign}}), Error);
}

}  // namespace
}  // namespace blip::test
