#include "pipelines/serve/indexing_process.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <thread>

namespace blip {
namespace {

TEST(IndexingProcess, RunsWithItsArguments) {
  IndexingProcess process("/bin/sh", {"-c", "test \"$1\" = 'a b' && exit 7", "sh", "a b"});
  EXPECT_EQ(process.wait(), 7);
}

TEST(IndexingProcess, AProgramThatIsNotThereIsSeenByItsCode) {
  IndexingProcess process("/does/not/exist", {});
  EXPECT_EQ(process.wait(), 127);
}

TEST(IndexingProcess, EndsWithItsOwner) {
  pid_t id = 0;
  {
    const IndexingProcess process("/bin/sleep", {"600"});
    id = process.id();
    EXPECT_EQ(kill(id, 0), 0);
  }
  EXPECT_NE(kill(id, 0), 0) << "it was waited for";
}

}  // namespace
}  // namespace blip
