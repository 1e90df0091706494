#include "pipelines/indexing/folder_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

namespace fs = std::filesystem;

class FolderWatchTest : public testing::Test {
 protected:
  std::string write(const std::string& name) {
    std::ofstream(directory_ / name) << "x";
    return directory_ / name;
  }
  // inotify tells at once what has happened.
  FolderChanges changes() {
    pollfd watched{watch_.descriptor(), POLLIN, 0};
    poll(&watched, 1, 1000);
    return watch_.changes();
  }

  test::TempDir directory_;
  FolderWatch watch_{{directory_.path().string()}};
};

TEST_F(FolderWatchTest, AFileIsReadyWhenItsWriterHasClosedIt) {
  std::ofstream out(directory_ / "a.mp4");
  out << "half" << std::flush;
  EXPECT_THAT(changes().ready, IsEmpty());
  out.close();
  EXPECT_THAT(changes().ready, ElementsAre(directory_ / "a.mp4"));
}

TEST_F(FolderWatchTest, OnlyVideosAndPicturesCount) {
  write("notes.txt");
  write(".hidden.mp4");
  write("a.mp4.part");
  EXPECT_THAT(changes().ready, IsEmpty());
  fs::rename(directory_ / "a.mp4.part", directory_ / "a.mp4");
  EXPECT_THAT(changes().ready, ElementsAre(directory_ / "a.mp4")) << "moved to its name when complete";
}

TEST_F(FolderWatchTest, TellsWhatIsGone) {
  write("a.mp4");
  changes();
  fs::remove(directory_ / "a.mp4");
  EXPECT_THAT(changes().gone, ElementsAre(directory_ / "a.mp4"));
}

TEST_F(FolderWatchTest, FollowsFoldersThatCome) {
  const test::TempDir elsewhere;
  fs::create_directories(elsewhere / "new/inner");
  std::ofstream(elsewhere / "new/inner/a.mp4") << "x";
  fs::rename(elsewhere / "new", directory_ / "new");
  EXPECT_THAT(changes().ready, IsEmpty()) << "it may be growing still";
  EXPECT_TRUE(watch_.is_waiting());
  EXPECT_THAT(watch_.changes().ready, IsEmpty());
  EXPECT_THAT(watch_.changes().ready, ElementsAre(directory_ / "new/inner/a.mp4"));
  EXPECT_FALSE(watch_.is_waiting());
  write("new/inner/b.mp4");
  EXPECT_THAT(changes().ready, ElementsAre(directory_ / "new/inner/b.mp4"));
}

TEST(FolderWatchOfNothing, SaysWhichFolderCannotBeWatched) {
  EXPECT_NO_THROW(FolderWatch({"/nowhere/at/all"})) << "one that went meanwhile";
}

}  // namespace
}  // namespace blip
