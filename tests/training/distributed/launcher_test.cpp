#include "training/distributed/launcher.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <set>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Outcome {
  int status = 0;
  std::vector<std::string> lines;
  std::chrono::steady_clock::duration time{};
};

LaunchOptions shell(int processes, const std::string& script) {
  LaunchOptions options;
  options.processes = processes;
  options.program = "/bin/sh";
  options.arguments = {"sh", "-c", script};
  return options;
}

Outcome launch(LaunchOptions options) {
  Outcome outcome;
  options.report = [&](const std::string& line) { outcome.lines.push_back(line); };
  const auto start = std::chrono::steady_clock::now();
  outcome.status = launch_ranks(options);
  outcome.time = std::chrono::steady_clock::now() - start;
  return outcome;
}

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

TEST(Launcher, EveryRankKnowsItsPlace) {
  const test::TempDir dir;
  ::setenv("RANK", "77", 1);  // of an outer run: replaced
  for (const char* name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}) ::unsetenv(name);
  auto options = shell(2,
                       "env | grep -c ^RANK= >$0/$RANK; echo $RANK $LOCAL_RANK $WORLD_SIZE $MASTER_ADDR >>$0/$RANK; "
                       "echo $MASTER_PORT >>$0/$RANK; test $OMP_NUM_THREADS -ge 1 -a $OPENBLAS_NUM_THREADS -ge 1");
  options.arguments.push_back(dir.path().string());
  const auto good = launch(options);
  ::unsetenv("RANK");
  EXPECT_EQ(good.status, 0);
  EXPECT_TRUE(good.lines.empty());
  std::set<std::string> ports;
  for (const char* rank : {"0", "1"}) {
    const auto lines = lines_of((dir / rank).string());
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0], "1");
    EXPECT_EQ(lines[1], std::string(rank) + " " + rank + " 2 127.0.0.1");
    EXPECT_GT(std::stoi(lines[2]), 1023);
    ports.insert(lines[2]);
  }
  EXPECT_EQ(ports.size(), 1U);
}

TEST(Launcher, OneThatFailsEndsTheOthers) {
  const auto outcome = launch(shell(3, "if [ $RANK = 1 ]; then echo no such file >&2; exit 3; fi; sleep 60"));
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.lines, ElementsAre("rank 1: no such file", HasSubstr("rank 1 of 3 ended with status 3")));
  EXPECT_LT(outcome.time, std::chrono::seconds(3));
}

TEST(Launcher, ASignalThatEndsARankIsNamed) {
  const auto outcome = launch(shell(2, "[ $RANK = 0 ] && kill -9 $$; sleep 60"));
  EXPECT_EQ(outcome.status, 137);
  EXPECT_THAT(outcome.lines, ElementsAre(HasSubstr("rank 0 of 2 was ended by signal 9 (Killed)")));
}

TEST(Launcher, ARankThatDoesNotWantToEndIsKilled) {
  auto options = shell(2, "[ $RANK = 0 ] || exit 4; trap '' TERM; while :; do sleep 0.1; done");
  options.grace = std::chrono::milliseconds(100);
  const auto outcome = launch(options);
  EXPECT_EQ(outcome.status, 4);
  EXPECT_LT(outcome.time, std::chrono::seconds(3));
}

TEST(Launcher, OneThatIsDoneEarlyIsNoFailure) {
  const auto outcome = launch(shell(2, "[ $RANK = 1 ] || sleep 0.2"));
  EXPECT_EQ(outcome.status, 0);
  EXPECT_TRUE(outcome.lines.empty());
}

TEST(Launcher, RefusesNothingToRun) {
  EXPECT_THROW(launch_ranks(shell(0, "")), Error);
  LaunchOptions options;
  EXPECT_THROW(launch_ranks(options), Error);
}

// Another process launches; its ranks tell over a pipe with a name what happens to them.
class LaunchedApart {
 public:
  explicit LaunchedApart(const std::string& script) : fifo_((dir_ / "fifo").string()) {
    if (::mkfifo(fifo_.c_str(), 0600) != 0) throw std::runtime_error("no fifo");
    auto options = shell(2, script);
    options.arguments.push_back(fifo_);
    pid_ = ::fork();
    if (pid_ == 0) ::_exit(launch_ranks(options));
    told_.open(fifo_);
  }
  ~LaunchedApart() {
    if (pid_ > 0) ::kill(pid_, SIGTERM);
  }

  std::string next() {
    std::string line;
    if (!std::getline(told_, line)) return "end";
    return line;
  }
  void send(int signal) const { ::kill(pid_, signal); }
  int wait() {
    int state = 0;
    ::waitpid(pid_, &state, 0);
    pid_ = -1;
    return WIFSIGNALED(state) ? 128 + WTERMSIG(state) : WEXITSTATUS(state);
  }

 private:
  test::TempDir dir_;
  std::string fifo_;
  pid_t pid_ = -1;
  std::ifstream told_;
};

constexpr const char* kUntilSignal =
    "exec 3>$0; trap 'exit $((7+RANK))' INT; trap 'echo stopped >&3; exit 9' TERM; "
    "echo ready >&3; while :; do sleep 0.05; done";

TEST(Launcher, CtrlCReachesEveryRank) {
  LaunchedApart launched(kUntilSignal);
  EXPECT_EQ(launched.next(), "ready");
  EXPECT_EQ(launched.next(), "ready");
  launched.send(SIGINT);
  EXPECT_EQ(launched.wait(), 8);
}

TEST(Launcher, RanksDoNotOutliveALauncherThatIsKilled) {
  LaunchedApart launched(kUntilSignal);
  EXPECT_EQ(launched.next(), "ready");
  EXPECT_EQ(launched.next(), "ready");
  launched.send(SIGKILL);
  EXPECT_EQ(launched.wait(), 128 + SIGKILL);
  EXPECT_EQ(launched.next(), "stopped");
  EXPECT_EQ(launched.next(), "stopped");
  EXPECT_EQ(launched.next(), "end");
}

}  // namespace
}  // namespace blip
