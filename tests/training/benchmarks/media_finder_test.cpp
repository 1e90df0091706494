#include "training/benchmarks/media_finder.h"

#include <gmock/gmock.h>

#include "tests/training/benchmarks/benchmark_fixtures.h"

namespace blip {
namespace {

using Finder = test::BenchmarkFolder;

class MediaFinding : public Finder {
 protected:
  std::string found(const std::string& name) {
    const auto file = MediaFinder({dir_ / "videos", dir_.path()}).find(name);
    return file ? std::filesystem::relative(*file, dir_.path()).string() : "nothing";
  }
};

TEST_F(MediaFinding, TakesTheNameAsItIsFromTheFirstFolderThatHasIt) {
  touch({"videos/a.mp4", "a.mp4", "a.webm", "b.jpg", "deep/c.jpg"});
  EXPECT_EQ(found("a.mp4"), "videos/a.mp4");
  EXPECT_EQ(found("a.webm"), "a.webm");
  EXPECT_EQ(found("b.jpg"), "b.jpg");
  EXPECT_EQ(found("deep/c.jpg"), "deep/c.jpg");
}

TEST_F(MediaFinding, TakesAnotherExtensionOfTheSameKind) {
  touch({"videos/clip.webm", "dots.in.name.mp4", "photo.png", "both.jpg", "both.mp4"});
  EXPECT_EQ(found("clip.avi"), "videos/clip.webm");
  EXPECT_EQ(found("clip"), "videos/clip.webm");
  EXPECT_EQ(found("dots.in.name"), "dots.in.name.mp4");
  EXPECT_EQ(found("photo.jpg"), "photo.png");
  EXPECT_EQ(found("photo.mp4"), "nothing");
  EXPECT_EQ(found("both.avi"), "both.mp4");
}

TEST_F(MediaFinding, FindsNothingUnderNamesThatNoFileHas) {
  std::filesystem::create_directories(dir_ / "videos" / "folder.mp4");
  for (const std::string& name :
       {std::string("none.mp4"), std::string("folder.mp4"), std::string(5000, 'n'), std::string()})
    EXPECT_EQ(found(name), "nothing") << name.substr(0, 20);
}

TEST_F(MediaFinding, TakesAbsolutePaths) {
  const auto file = write("elsewhere/x.mp4", "x");
  EXPECT_EQ(MediaFinder({dir_ / "videos"}).find(file.string()), file);
}

TEST(MediaKindOfFile, GoesByTheExtension) {
  for (const char* name : {"a.jpg", "a.JPEG", "b/c.PnG"}) EXPECT_EQ(media_kind(name), MediaKind::kImage) << name;
  for (const char* name : {"a.mp4", "a.avi", "a", "jpg"}) EXPECT_EQ(media_kind(name), MediaKind::kVideo) << name;
}

}  // namespace
}  // namespace blip
