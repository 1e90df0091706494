#include "training/metrics/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto kPatience = 30s;

ChildProcess shell(const std::string& script, std::chrono::milliseconds patience = kPatience) {
  return ChildProcess({"/bin/sh", "-c", script}, "/", patience);
}

template <class Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kFailed);
    return e.what();
  }
  return "no error";
}

TEST(ChildProcess, IsSpokenToByLines) {
  ChildProcess process = shell("read a; echo \"got $a\"; printf 'two\\r\\nlast\\n'");
  process.write("hello\n");
  EXPECT_EQ(process.read_line(), "got hello");
  EXPECT_EQ(process.read_line(), "two");
  EXPECT_EQ(process.read_line(), "last");
  process.finish();
}

TEST(ChildProcess, RunsInItsFolder) {
  ChildProcess process({"/bin/sh", "-c", "pwd"}, "/usr", kPatience);
  EXPECT_EQ(process.read_line(), "/usr");
}

TEST(ChildProcess, SilenceEndsIt) {
  ChildProcess process = shell("exec cat", 50ms);
  EXPECT_THAT(message_of([&] { process.read_line(); }), HasSubstr("says nothing for 50 ms"));
}

TEST(ChildProcess, AnEndWithoutAnswerQuotesItsLastWords) {
  ChildProcess process = shell("echo first >&2; echo 'no heap left' >&2; exit 3");
  EXPECT_THAT(message_of([&] { process.read_line(); }), testing::AllOf(HasSubstr("ended"), HasSubstr("no heap left")));
}

TEST(ChildProcess, WritingToAProgramThatIsGoneIsAnError) {
  ChildProcess process = shell("exit 0");
  const std::string much(1 << 20, 'x');
  EXPECT_THAT(message_of([&] { process.write(much); }), HasSubstr("ended"));
}

TEST(ChildProcess, AnotherStatusThanZeroIsAnError) {
  ChildProcess bad = shell("echo why >&2; exit 7");
  EXPECT_THAT(message_of([&] { bad.finish(); }), testing::AllOf(HasSubstr("status 7"), HasSubstr("why")));
  ChildProcess killed = shell("kill -9 $$");
  EXPECT_THAT(message_of([&] { killed.finish(); }), HasSubstr("signal 9"));
}

TEST(ChildProcess, AProgramThatDoesNotEndIsGivenUp) {
  ChildProcess process = shell("exec sleep 600", 50ms);
  EXPECT_THAT(message_of([&] { process.finish(); }), HasSubstr("does not end"));
}

TEST(ChildProcess, AMissingProgramIsNamed) {
  EXPECT_THAT(message_of([] { ChildProcess({"/no/such/program"}, "/", kPatience); }), HasSubstr("/no/such/program"));
}

}  // namespace
}  // namespace blip
