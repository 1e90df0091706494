#include "training/data/picture_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/vision/jpeg_writer.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::HasSubstr;

TEST(PictureBytes, GoByTheirFirstBytes) {
  const RgbImage png = decode_picture(test::png_of(3, 2, 10, 20, 30), "x");
  EXPECT_EQ(png.width, 3);
  EXPECT_EQ(png.height, 2);
  EXPECT_EQ(png.pixels[2], 30);
  const RgbImage jpeg = decode_picture(encode_jpeg(png), "x");
  EXPECT_EQ(jpeg.width, 3);
  EXPECT_NEAR(jpeg.pixels[2], 30, 6);
}

TEST(PictureBytes, NameThePictureThatIsNone) {
  const std::string png = test::png_of(3, 2, 1, 2, 3), jpeg = encode_jpeg(decode_picture(png, "x"));
  EXPECT_THAT(error_of([] { decode_picture("", "s:k"); }), AllOf(HasSubstr("'s:k'"), HasSubstr("0 bytes")));
  EXPECT_THAT(error_of([] { decode_picture("GIF89a", "s:k"); }), HasSubstr("neither as JPEG nor as PNG"));
  EXPECT_THAT(error_of([&] { decode_picture(png.substr(0, 40), "s:k"); }), HasSubstr("s:k"));
  EXPECT_THAT(error_of([&] { decode_picture(jpeg.substr(0, jpeg.size() / 2), "s:k"); }), HasSubstr("s:k"));
}

}  // namespace
}  // namespace blip
