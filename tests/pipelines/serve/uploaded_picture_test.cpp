#include "pipelines/serve/uploaded_picture.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/vision/jpeg_writer.h"

namespace blip {
namespace {

std::string jpeg(int width, int height) {
  RgbImage image(width, height);
  std::fill(image.pixels.begin(), image.pixels.end(), std::uint8_t{128});
  return encode_jpeg(image);
}

std::string png_header(std::uint32_t width, std::uint32_t height) {
  std::string bytes = std::string("\x89PNG\r\n\x1A\n", 8) + std::string("\0\0\0\rIHDR", 8);
  for (const std::uint32_t side : {width, height})
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(side >> shift & 0xff);
  return bytes + std::string("\x08\x02\0\0\0", 5);
}

TEST(UploadedPicture, ReadsTheSizeWithoutDecoding) {
  const auto size = announced_size(jpeg(33, 21));
  ASSERT_TRUE(size);
  EXPECT_EQ(size->width, 33u);
  EXPECT_EQ(size->height, 21u);
  EXPECT_EQ(announced_size(png_header(70000, 3))->width, 70000u);
}

TEST(UploadedPicture, KnowsNoSizeOfOtherBytes) {
  const std::string picture = jpeg(8, 8);
  for (std::size_t length : {0, 1, 2, 3, 4, 10}) EXPECT_FALSE(announced_size(picture.substr(0, length))) << length;
  EXPECT_FALSE(announced_size("GIF89a"));
  EXPECT_FALSE(announced_size("\xff\xd8\xff\xe0\xff\xff"));
  EXPECT_FALSE(announced_size(png_header(1, 1).substr(0, 23)));
}

TEST(UploadedPicture, DecodesAPicture) {
  const RgbImage image = decode_upload(jpeg(33, 21));
  EXPECT_EQ(image.width, 33);
  EXPECT_EQ(image.height, 21);
  EXPECT_NEAR(image.pixels.at(0), 128, 2);
}

TEST(UploadedPicture, RefusesMorePixelsThanItMayDecode) {
  try {
    decode_upload(png_header(8000, 5001));
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("8000x5001"), std::string::npos) << e.what();
  }
}

TEST(UploadedPicture, RefusesDamagedOnes) {
  const std::string picture = jpeg(64, 64);
  EXPECT_THROW(decode_upload(""), Error);
  EXPECT_THROW(decode_upload("<svg/>"), Error);
  EXPECT_THROW(decode_upload(picture.substr(0, picture.size() / 2)), Error);
  EXPECT_THROW(decode_upload(png_header(10, 10)), Error);
}

}  // namespace
}  // namespace blip
