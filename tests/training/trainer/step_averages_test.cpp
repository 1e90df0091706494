#include "training/trainer/step_averages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(StepAverages, AreMeansOverSteps) {
  StepAverages averages;
  averages.add({{"loss", 1}, {"b", 4}}, 32);
  averages.add({{"loss", 2}, {"b", 0}}, 32);
  EXPECT_EQ(averages.steps(), 2);
  EXPECT_THAT(averages.means(), ElementsAre(Pair("loss", 1.5), Pair("b", 2)));
  EXPECT_GT(averages.samples_per_second(), 0);
  EXPECT_NEAR(averages.samples_per_second() * averages.seconds_per_step(), 32, 32);
  averages.clear();
  EXPECT_THAT(averages.means(), IsEmpty());
  EXPECT_EQ(averages.seconds_per_step(), 0);
}

}  // namespace
}  // namespace blip
