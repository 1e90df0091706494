#include "training/distributed/rank_process.h"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <csignal>

namespace blip {
namespace {

using testing::HasSubstr;

RankProcess shell(const std::string& script, bool quiet = true) {
  return RankProcess({"/bin/sh", {"sh", "-c", script}, {"PATH=/usr/bin:/bin", "COLOUR=red"}, quiet});
}

void wait_for_end(RankProcess& process) {
  while (!process.poll()) {
    siginfo_t ignored;
    waitid(P_ALL, 0, &ignored, WEXITED | WNOWAIT);
  }
}

TEST(RankProcess, TellsHowItEnded) {
  auto good = shell("test $COLOUR = red");
  wait_for_end(good);
  EXPECT_TRUE(good.ended());
  EXPECT_EQ(good.status(), 0);

  auto bad = shell("exit 3");
  wait_for_end(bad);
  EXPECT_EQ(bad.status(), 3);
  EXPECT_EQ(bad.ending(), "ended with status 3");

  auto killed = shell("kill -9 $$");
  wait_for_end(killed);
  EXPECT_EQ(killed.status(), 137);
  EXPECT_EQ(killed.ending(), "was ended by signal 9 (Killed)");
}

TEST(RankProcess, KeepsTheLastLinesOfAQuietOne) {
  auto process = shell("echo seen by nobody; i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done");
  wait_for_end(process);
  const std::string tail = process.error_tail();
  EXPECT_LE(tail.size(), 4096U);
  EXPECT_EQ(tail.substr(0, 5), "line ");
  EXPECT_THAT(tail, HasSubstr("line 1998\nline 1999"));
  EXPECT_EQ(tail.back(), '9');
}

TEST(RankProcess, AProgramThatIsNotThereEndsWith127) {
  RankProcess process({"/no/such/program", {"program"}, {}, true});
  wait_for_end(process);
  EXPECT_EQ(process.status(), 127);
  EXPECT_EQ(process.error_tail(), "could not be executed");
}

TEST(RankProcess, IsKilledWithItsObject) {
  {
    auto process = shell("sleep 60");
    EXPECT_FALSE(process.poll());
    EXPECT_FALSE(process.ended());
  }
  siginfo_t ignored;
  EXPECT_EQ(waitid(P_ALL, 0, &ignored, WEXITED | WNOHANG), -1);  // no child is left
}

}  // namespace
}  // namespace blip
