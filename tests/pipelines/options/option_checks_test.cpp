#include "pipelines/options/option_checks.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(OptionChecks, KnowDevices) {
  for (const char* device : {"auto", "cpu", "cuda", "cuda:0", "cuda:12"}) EXPECT_EQ(check_device(device), "");
  for (const char* device : {"", "gpu", "cuda:", "cuda:x", "cuda:-1"}) EXPECT_NE(check_device(device), "") << device;
}

TEST(OptionChecks, LetNoNanThrough) {
  EXPECT_EQ(check_between(0, 1)("0.5"), "");
  EXPECT_EQ(check_between(0, 1)("1.5"), "'1.5' is not a number from 0 to 1");
  EXPECT_NE(check_between(0, 1)("nan"), "");
  EXPECT_EQ(check_above_zero("0.001"), "");
  for (const char* number : {"0", "-1", "nan", "inf", "x"}) EXPECT_NE(check_above_zero(number), "") << number;
}

TEST(OptionChecks, KnowSeedsAndDurations) {
  EXPECT_EQ(check_seed("18446744073709551615"), "");
  EXPECT_NE(check_seed("-1"), "");
  EXPECT_NE(check_seed(""), "");
  EXPECT_EQ(check_duration("8s"), "");
  EXPECT_NE(check_duration("0s"), "");
  EXPECT_NE(check_duration("soon"), "");
}

}  // namespace
}  // namespace blip
