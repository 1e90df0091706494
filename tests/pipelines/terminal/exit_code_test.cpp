#include "pipelines/terminal/exit_code.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/base/error.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

struct Ending {
  int code = 0;
  std::string told;
};

Ending ending_of(const std::function<int()>& body) {
  testing::internal::CaptureStderr();
  Console console("gst-blip");
  const int code = exit_code_of(console, body);
  return {code, testing::internal::GetCapturedStderr()};
}

TEST(ExitCode, IsTheBodysWhenItReturns) {
  const Ending ending = ending_of([] { return 7; });
  EXPECT_EQ(ending.code, 7);
  EXPECT_EQ(ending.told, "");
}

TEST(ExitCode, TellsWrongUsageFromFailure) {
  const Ending usage = ending_of([]() -> int { throw UsageError("no video"); });
  EXPECT_EQ(usage.code, 2);
  EXPECT_EQ(usage.told, "gst-blip: no video\n");
  EXPECT_EQ(ending_of([]() -> int { throw Error(ErrorKind::kInvalidArgument, "fps is -1"); }).code, 2);
  EXPECT_EQ(ending_of([]() -> int { throw Error(ErrorKind::kCancelled, "stopped"); }).code, 130);
  EXPECT_EQ(ending_of([]() -> int { throw Error(ErrorKind::kNotFound, "no such file"); }).code, 1);
  const Ending failure = ending_of([]() -> int { throw std::runtime_error("disk\nfull"); });
  EXPECT_EQ(failure.code, 1);
  EXPECT_EQ(failure.told, "gst-blip: disk full\n");
}

}  // namespace
}  // namespace blip
