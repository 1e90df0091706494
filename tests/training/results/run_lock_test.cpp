#include "training/results/run_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "tests/support/temp_dir.h"
#include "tests/training/results/run_fixture.h"

namespace blip {
namespace {

using testing::HasSubstr;

TEST(RunLock, ASecondHolderIsRefusedAndToldWhoHasIt) {
  const test::TempDir dir;
  const RunLock lock(dir.path());
  const std::string message = test::error_of([&] { RunLock second(dir.path()); });
  EXPECT_THAT(message, HasSubstr("argument: '" + dir.path().string() + "' is in use by process " +
                                 std::to_string(::getpid()) + " on "));
}

TEST(RunLock, IsFreeAgainAndLeavesNoFile) {
  const test::TempDir dir;
  { const RunLock lock(dir.path()); }
  EXPECT_FALSE(std::filesystem::exists(dir / "lock"));
  const RunLock again(dir.path());
}

TEST(RunLock, TheLockOfADeadProcessIsTakenOver) {
  const test::TempDir dir;
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const RunLock lock(dir.path());
    if (::write(ready[1], "x", 1) != 1) ::_exit(1);
    ::pause();
    ::_exit(0);
  }
  char held = 0;
  ASSERT_EQ(::read(ready[0], &held, 1), 1);
  EXPECT_THAT(test::error_of([&] { RunLock second(dir.path()); }), HasSubstr("process " + std::to_string(child)));
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(std::filesystem::exists(dir / "lock"));
  const RunLock lock(dir.path());
  EXPECT_THAT(test::bytes_of(dir / "lock"), testing::StartsWith(std::to_string(::getpid()) + " "));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(RunLock, AFolderThatIsNotThereIsAnError) {
  EXPECT_THAT(test::error_of([] { RunLock lock("/nowhere/at/all"); }), HasSubstr("failed: cannot write"));
}

}  // namespace
}  // namespace blip
