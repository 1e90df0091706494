#include "core/index/index_lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "tests/core/index/index_support.h"

namespace blip {
namespace {

using test::error_of;
using test::TempDir;
using ::testing::HasSubstr;

TEST(IndexLock, OneAtATime) {
  const TempDir dir;
  std::optional<IndexLock> first(std::in_place, dir / "index.db");
  EXPECT_THAT(error_of([&] { IndexLock second(dir / "index.db"); }, ErrorKind::kFailed),
              ::testing::AllOf(HasSubstr("index.db"), HasSubstr("process " + std::to_string(::getpid()))));
  const IndexLock other(dir / "other.db");
  first.reset();
  const IndexLock again(dir / "index.db");
}

TEST(IndexLock, EndsWithTheProcess) {
  const TempDir dir;
  int ready[2], never[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(never), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const IndexLock lock(dir / "index.db");
    char byte = 0;
    if (::write(ready[1], &byte, 1) == 1 && ::read(never[0], &byte, 1) == 0) ::_exit(1);
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_THAT(error_of([&] { IndexLock lock(dir / "index.db"); }, ErrorKind::kFailed),
              HasSubstr("process " + std::to_string(child)));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  const IndexLock lock(dir / "index.db");
  for (const int end : {ready[0], ready[1], never[0], never[1]}) ::close(end);
}

TEST(IndexLock, IsTheSameByWhateverNameTheIndexGoes) {
  const TempDir dir;
  std::ofstream(dir / "index.db").close();
  std::filesystem::create_symlink(dir / "index.db", dir / "link.db");
  const IndexLock lock(dir / "link.db");
  error_of([&] { IndexLock second(dir / "index.db"); }, ErrorKind::kFailed);
  error_of([&] { IndexLock second(dir.path() / "." / "index.db"); }, ErrorKind::kFailed);
}

TEST(IndexLock, SaysWhyItCannotBeMade) {
  const TempDir dir;
  EXPECT_THAT(error_of([&] { IndexLock lock(dir.path() / "none" / "index.db"); }, ErrorKind::kFailed),
              HasSubstr("No such file"));
}

}  // namespace
}  // namespace blip
