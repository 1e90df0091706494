#include <gtest/gtest.h>

#include "tests/plugins/family/family_lines.h"
#include "tests/plugins/family/program_run.h"

namespace blip::test {
namespace {

std::string traced(const std::string& line) {
  return launched(line, "GST_TRACERS=leaks GST_DEBUG=GST_TRACER:7 GST_DEBUG_NO_COLOR=1");
}

// The tracer's lines of objects that are left; "(string)%s" is its announcement of what such a line will look like.
std::size_t left_alive(const std::string& output) {
  const std::string record = "object-alive, type-name=(string)";
  std::size_t count = 0;
  for (auto at = output.find(record); at != std::string::npos; at = output.find(record, at + 1)) {
    count += output.compare(at + record.size(), 2, "%s") != 0 ? 1 : 0;
  }
  return count;
}

class FamilyLeaks : public ::testing::TestWithParam<const char*> {};

TEST_P(FamilyLeaks, NoObjectIsLeftAlive) {
  const std::string output = traced(GetParam());
  EXPECT_NE(output.find("exit 0"), std::string::npos) << output;
  EXPECT_NE(output.find("object-alive"), std::string::npos) << "the tracer does not listen: " << output;
  EXPECT_EQ(left_alive(output), 0u) << output;
}

INSTANTIATE_TEST_SUITE_P(Lines, FamilyLeaks, ::testing::ValuesIn(kFamilyLines));

class FamilyMemorySlow : public ::testing::TestWithParam<const char*> {};

TEST_P(FamilyMemorySlow, ValgrindHasNothingToSay) {
  if (std::string(BLIP_SANITIZERS) != "") GTEST_SKIP() << "built with " BLIP_SANITIZERS;
  if (std::system("valgrind --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "valgrind is not installed";
  const std::string output = launched(
      GetParam(), "G_SLICE=always-malloc",
      "valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite "
      "--suppressions=" BLIP_SOURCE_DIR "/tests/support/valgrind.supp");
  EXPECT_NE(output.find("exit 0"), std::string::npos) << output;
}

INSTANTIATE_TEST_SUITE_P(Lines, FamilyMemorySlow, ::testing::ValuesIn(kFamilyLines));

}  // namespace
}  // namespace blip::test
