#include "pipelines/indexing/media_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class MediaFiles : public testing::Test {
 protected:
  std::string make(const std::string& name) {
    const auto path = directory_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "x";
    return path;
  }
  static std::vector<std::string> relative(const MediaList& list) {
    std::vector<std::string> names;
    for (const SourceFile& file : list.files) names.push_back(file.relative);
    return names;
  }

  test::TempDir directory_;
};

TEST_F(MediaFiles, AFolderStandsForTheVideosAndPicturesInIt) {
  for (const char* name : {"b.mp4", "a/c.MKV", "a/d.jpeg", "notes.txt", ".hidden.mp4", ".trash/e.mp4", "a/f.mp4.part"})
    make(name);
  const MediaList list = find_media({directory_.path()});
  EXPECT_THAT(relative(list), ElementsAre("a/c.MKV", "a/d.jpeg", "b.mp4"));
  EXPECT_EQ(list.files[0].path, std::filesystem::canonical(directory_.path()) / "a/c.MKV");
  EXPECT_THAT(list.folders, ElementsAre(std::filesystem::canonical(directory_.path()).string()));
  EXPECT_THAT(list.problems, IsEmpty());
}

TEST_F(MediaFiles, AFileThatIsNamedIsTakenWhateverItsNameAndOnce) {
  const std::string odd = make("recording");
  const MediaList list = find_media({odd, directory_.path() / "." / "recording", directory_.path()});
  EXPECT_THAT(relative(list), ElementsAre("recording"));
}

TEST_F(MediaFiles, LinksToFoldersAreNotFollowed) {
  make("videos/a.mp4");
  std::filesystem::create_directory_symlink(directory_.path(), directory_ / "videos/loop");
  EXPECT_THAT(relative(find_media({directory_ / "videos"})), ElementsAre("a.mp4"));
}

TEST_F(MediaFiles, TheSameFileHasOnePathThroughALinkedFolder) {
  make("videos/a.mp4");
  std::filesystem::create_directory_symlink(directory_ / "videos", directory_ / "link");
  EXPECT_EQ(find_media({directory_ / "link/a.mp4", directory_ / "videos"}).files.size(), 1u);
}

TEST_F(MediaFiles, NamesThatAreNotThereAreToldAndTheOthersStay) {
  const MediaList list = find_media({directory_ / "none.mp4", make("a.mp4")});
  EXPECT_THAT(list.problems, ElementsAre(HasSubstr("none.mp4: no such file")));
  EXPECT_EQ(list.files.size(), 1u);
}

TEST_F(MediaFiles, AUrlIsShownWithoutItsPassword) {
  const MediaList list = find_media({"rtsp://ann:secret@camera/1"});
  ASSERT_EQ(list.files.size(), 1u);
  EXPECT_TRUE(list.files[0].is_url);
  EXPECT_EQ(list.files[0].path, "rtsp://ann:secret@camera/1");
  EXPECT_EQ(list.files[0].shown, "rtsp://ann:***@camera/1");
}

TEST_F(MediaFiles, ShardsDivideTheFilesWhereverTheFolderLies) {
  constexpr std::int64_t kShards = 3;
  std::vector<int> sizes(kShards);
  for (int i = 0; i < 300; ++i) {
    const std::string name = "folder/clip" + std::to_string(i) + ".mp4";
    int owners = 0;
    for (std::int64_t part = 1; part <= kShards; ++part) {
      const Shard shard{part, kShards};
      const bool here = belongs_to({"/one/" + name, "/one/" + name, name}, shard);
      EXPECT_EQ(here, belongs_to({"/other/" + name, "/other/" + name, name}, shard));
      owners += here;
      sizes[static_cast<std::size_t>(part - 1)] += here;
    }
    EXPECT_EQ(owners, 1) << name;
  }
  EXPECT_GT(*std::ranges::min_element(sizes), 60) << "parts are of about one size";
}

}  // namespace
}  // namespace blip
