#include "core/index/vectors/vector_file_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include "tests/core/index/vectors/vector_files.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

std::int64_t files_in(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

TEST(VectorFileWriter, WithoutFinishLeavesWhatWasThere) {
  const test::TempDir folder;
  test::write_text(folder / "v", "old");
  {
    VectorFileWriter writer(folder / "v", 32);
    for (SegmentId i = 1; i < 2000; ++i) writer.add(i, 1, 0, 1, std::vector<Half>(32));
    EXPECT_EQ(files_in(folder.path()), 2);
  }
  EXPECT_EQ(files_in(folder.path()), 1);
  EXPECT_EQ(fs::file_size(folder / "v"), 3U);
}

TEST(VectorFileWriter, SeveralAtOnceAreEachWhole) {
  const test::TempDir folder;
  VectorFileWriter first(folder / "v", 32), second(folder / "v", 32);
  first.add(1, 1, 0, 1, std::vector<Half>(32, Half{1}));
  second.add(2, 1, 0, 1, std::vector<Half>(32, Half{2}));
  const auto mine = first.finish({1, 1, 0});
  const auto theirs = second.finish({1, 2, 0});
  EXPECT_EQ(mine->labels(0).segments[0], 1);
  EXPECT_EQ(theirs->labels(0).segments[0], 2);
  EXPECT_EQ(VectorFile(folder / "v").labels(0).segments[0], 2);
  EXPECT_EQ(files_in(folder.path()), 1);
}

TEST(VectorFileWriter, KnowsWhenVideosAreScattered) {
  const test::TempDir folder;
  VectorFileWriter beside(folder / "a", 32), scattered(folder / "b", 32);
  for (SegmentId i = 0; i < 60; ++i) {
    beside.add(i, i / 6, 0, 1, std::vector<Half>(32));
    scattered.add(i, i % 10, 0, 1, std::vector<Half>(32));
  }
  EXPECT_FALSE(beside.is_scattered());
  EXPECT_TRUE(scattered.is_scattered());
}

TEST(VectorFileWriter, OfNoRowsIsAFile) {
  const test::TempDir folder;
  test::write_rows(folder / "v", {}, 256, {5, 6, 7});
  const VectorFile file(folder / "v");
  EXPECT_EQ(file.rows(), 0);
  EXPECT_EQ(file.place(), (VectorPlace{5, 6, 7}));
}

TEST(VectorFileWriter, SaysWhyAFileCannotBeWritten) {
  const test::TempDir folder;
  EXPECT_THROW(VectorFileWriter(folder / "no/such/folder/v", 32), UnwritableFile);
  test::write_text(folder / "file", "");
  EXPECT_THROW(VectorFileWriter(folder / "file/v", 32), UnwritableFile);
  fs::create_directory(folder / "folder");
  VectorFileWriter over_a_folder(folder / "folder", 32);
  EXPECT_THROW(over_a_folder.finish({}), UnwritableFile);
}

TEST(VectorFileWriter, AFullDiskIsAnErrorAndLeavesNothing) {
  const test::TempDir folder;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto write = [&] {
    VectorFileWriter writer(folder / "v", 256);
    for (SegmentId i = 0; i < 1000; ++i) writer.add(i, 1, 0, 1, std::vector<Half>(256));
    writer.finish({});
  };
  EXPECT_THROW(write(), UnwritableFile);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(files_in(folder.path()), 0);
}

TEST(VectorFileWriter, RemovesWhatDeadProcessesLeft) {
  const test::TempDir folder;
  for (const char* name : {"v.part-1", "v.part-2", "v.part-3", "w.part-4"}) test::write_text(folder / name, "rest");
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(1);
  for (const char* name : {"v.part-1", "v.part-2", "w.part-4"}) fs::last_write_time(folder / name, long_ago);
  const int held = ::open((folder / "v.part-2").c_str(), O_RDWR);
  ASSERT_EQ(::flock(held, LOCK_EX), 0);
  test::write_rows(folder / "v", {}, 32);
  ::close(held);
  EXPECT_FALSE(fs::exists(folder / "v.part-1"));
  EXPECT_TRUE(fs::exists(folder / "v.part-2")) << "someone is writing it";
  EXPECT_TRUE(fs::exists(folder / "v.part-3")) << "it was made this moment";
  EXPECT_TRUE(fs::exists(folder / "w.part-4")) << "it belongs to another file";
}

}  // namespace
}  // namespace blip
