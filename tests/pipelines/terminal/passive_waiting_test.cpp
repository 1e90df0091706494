#include "pipelines/terminal/passive_waiting.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace blip {
namespace {

constexpr const char* kVariable = "OMP_WAIT_POLICY";

void begin_again() {
  ::unsetenv(kVariable);
  std::string name = "again", list = "--gtest_list_tests";
  char* arguments[] = {name.data(), list.data(), nullptr};
  wait_passively(arguments);
  std::_Exit(3);
}

TEST(PassiveWaitingDeathTest, StartsTheProgramOnceMore) {
  EXPECT_EXIT(begin_again(), testing::ExitedWithCode(0), "");
}

TEST(PassiveWaiting, LeavesAloneWhatIsSet) {
  const char* before = std::getenv(kVariable);
  const std::string kept = before == nullptr ? "" : before;
  ::setenv(kVariable, "ACTIVE", /*overwrite=*/1);
  wait_passively(nullptr);
  EXPECT_STREQ(std::getenv(kVariable), "ACTIVE");
  before == nullptr ? ::unsetenv(kVariable) : ::setenv(kVariable, kept.c_str(), 1);
}

}  // namespace
}  // namespace blip
