#include "training/data/image_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ImageFolder, FindsPicturesWithTextsInTheOrderOfTheirPaths) {
  const test::TempDir dir;
  std::filesystem::create_directories(dir / "b");
  for (const char* name : {"c.JPG", "b/x.png", "a.jpeg", "lonely.png", "notes.txt", "c.txt", "b/x.txt", "a.txt"})
    test::write_file(dir / name, "first\r\n\n second\n");
  const ImageFolder folder = read_image_folder(dir.path());
  ASSERT_EQ(folder.entries.size(), 3u);
  EXPECT_EQ(folder.entries[0].image, "a.jpeg");
  EXPECT_EQ(folder.entries[1].image, "b/x.png");
  EXPECT_EQ(folder.entries[2].image, "c.JPG");
  EXPECT_THAT(folder.entries[0].captions, ElementsAre("first", " second"));
  EXPECT_THAT(folder.warnings, ElementsAre(HasSubstr("lonely.png")));
}

TEST(ImageFolder, RefusesWhatHoldsNoTexts) {
  const test::TempDir dir;
  EXPECT_THAT(error_of([&] { read_image_folder(dir / "none"); }), HasSubstr("does not exist"));
  test::write_file(dir / "a.png", "x");
  EXPECT_THAT(error_of([&] { read_image_folder(dir.path()); }), HasSubstr("(1 without a .txt beside)"));
  test::write_file(dir / "a.txt", " \n");
  EXPECT_THAT(error_of([&] { read_image_folder(dir.path()); }), HasSubstr("a.txt' is empty"));
  test::write_file(dir / "a.txt", "\xff");
  EXPECT_THAT(error_of([&] { read_image_folder(dir.path()); }), HasSubstr("a.txt' is not UTF-8"));
}

}  // namespace
}  // namespace blip
