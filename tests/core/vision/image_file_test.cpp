#include "core/vision/image_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/core/vision/jpeg_support.h"
#include "tests/support/png_writer.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using Bytes = std::vector<std::uint8_t>;
using ::testing::HasSubstr;

class ImageFileTest : public ::testing::Test {
 protected:
  void expect_error(const std::filesystem::path& path, ErrorKind kind, const std::string& part) {
    try {
      read_image(path);
      ADD_FAILURE() << "no error for " << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind);
      EXPECT_THAT(error.what(), HasSubstr(path.string()));
      EXPECT_THAT(error.what(), HasSubstr(part));
    }
  }

  test::TempDir dir_;
};

TEST_F(ImageFileTest, TellsTypesByContentNotByName) {
  test::write_png(dir_ / "picture.jpg", 2, 1, Bytes{1, 2, 3, 4, 5, 6});
  test::write_file(dir_ / "picture.txt", test::jpeg_bytes(3, 2, 1, Bytes(6, 50)));
  test::write_file(dir_ / "text.png", "no picture");
  EXPECT_TRUE(is_still_image(dir_ / "picture.jpg"));
  EXPECT_TRUE(is_still_image(dir_ / "picture.txt"));
  EXPECT_FALSE(is_still_image(dir_ / "text.png"));
  EXPECT_FALSE(is_still_image(dir_ / "missing.png"));
  EXPECT_FALSE(is_still_image(dir_.path()));
  EXPECT_EQ(read_image(dir_ / "picture.jpg").pixels, (Bytes{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(read_image(dir_ / "picture.txt").width, 3);
}

TEST_F(ImageFileTest, EachBadFileHasItsError) {
  expect_error(dir_ / "missing.png", ErrorKind::kNotFound, "does not exist");
  expect_error(dir_.path(), ErrorKind::kInvalidData, "directory");
  test::write_file(dir_ / "empty.png", "");
  expect_error(dir_ / "empty.png", ErrorKind::kInvalidData, "empty");
  test::write_file(dir_ / "text.png", "hello");
  expect_error(dir_ / "text.png", ErrorKind::kInvalidData, "not an image");
  test::write_file(dir_ / "cut.png", test::png_bytes({.width = 8, .height = 8}, Bytes(192)).substr(0, 100));
  expect_error(dir_ / "cut.png", ErrorKind::kInvalidData, "ends early");
  test::write_file(dir_ / "cut.jpg", test::jpeg_bytes(32, 32, 1, Bytes(1024, 9)).substr(0, 300));
  expect_error(dir_ / "cut.jpg", ErrorKind::kInvalidData, "ends early");
}

TEST_F(ImageFileTest, TurnsThePictureOnlyWhenAsked) {
  const Bytes exif{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0};
  test::write_file(dir_ / "turned.png",
                   test::png_bytes({.width = 2, .height = 1, .exif = exif}, Bytes{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(read_image(dir_ / "turned.png").width, 2);
  const RgbImage upright = read_image(dir_ / "turned.png", {.auto_orient = true});
  EXPECT_EQ(upright.width, 1);
  EXPECT_EQ(upright.height, 2);
  EXPECT_EQ(upright.pixels, (Bytes{1, 2, 3, 4, 5, 6}));
}

}  // namespace
}  // namespace blip
