#include "pipelines/searching/query_vector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::FloatNear;

const std::vector<float> kX{1, 0, 0}, kY{0, 1, 0};

TEST(QueryVector, AddsWantedVectorsByTheirWeightsAndHasUnitLength) {
  const std::vector<WeightedVector> parts = {{kX, 3}, {kY, 4}};
  EXPECT_THAT(query_vector(parts), ElementsAre(FloatNear(0.6F, 1e-6F), FloatNear(0.8F, 1e-6F), 0));
}

TEST(QueryVector, OneTextIsScannedWithAsItIs) {
  const std::vector<WeightedVector> parts = {{kY, 7}};
  EXPECT_THAT(query_vector(parts), ElementsAre(0, 1, 0));
}

TEST(QueryVector, TakesAwayOfWhatIsUnwantedOnlyThePartThatIsNotWanted) {
  // (0.6, 0.8) shares 0.6 with x; what is left of it is (0, 0.8). x - (0, 0.8) has length sqrt(1.64).
  const std::vector<float> unwanted{0.6F, 0.8F, 0};
  const std::vector<WeightedVector> parts = {{kX, 1}, {unwanted, -1}};
  const auto length = static_cast<float>(std::sqrt(1.64));
  EXPECT_THAT(query_vector(parts), ElementsAre(FloatNear(1 / length, 1e-6F), FloatNear(-0.8F / length, 1e-6F), 0));
}

TEST(QueryVector, WhatIsUnwantedAndWantedAtOnceChangesNothing) {
  const std::vector<WeightedVector> parts = {{kX, 1}, {kX, -1}};
  EXPECT_THAT(query_vector(parts), ElementsAre(1, 0, 0));
}

TEST(QueryVector, RefusesWhatCannotBeScannedWith) {
  const std::vector<float> opposite{-1, 0, 0}, shorter{1, 0};
  const std::vector<WeightedVector> nothing, only_unwanted = {{kX, -1}}, cancelling = {{kX, 1}, {opposite, 1}},
                                             sizes = {{kX, 1}, {shorter, 1}};
  for (const auto* parts : {&nothing, &only_unwanted, &cancelling, &sizes}) EXPECT_THROW(query_vector(*parts), Error);
}

}  // namespace
}  // namespace blip
