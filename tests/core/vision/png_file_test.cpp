#include "core/vision/png_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/png_writer.h"

namespace blip {
namespace {

using Bytes = std::vector<std::uint8_t>;
using test::png_bytes;
using ::testing::HasSubstr;

Bytes pixels_of(const test::PngSpec& spec, const Bytes& samples) {
  return decode_png(png_bytes(spec, samples), "a.png").image.pixels;
}

TEST(PngFile, DecodesRgb) {
  const DecodedImage decoded = decode_png(png_bytes({.width = 2, .height = 1}, Bytes{1, 2, 3, 4, 5, 6}), "a.png");
  EXPECT_EQ(decoded.image.width, 2);
  EXPECT_EQ(decoded.image.height, 1);
  EXPECT_EQ(decoded.image.pixels, (Bytes{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(decoded.orientation, Orientation::kUpright);
}

TEST(PngFile, DropsAlphaWithoutBlending) {
  EXPECT_EQ(pixels_of({.width = 2, .height = 1, .color_type = 6}, {10, 20, 30, 0, 40, 50, 60, 128}),
            (Bytes{10, 20, 30, 40, 50, 60}));
  EXPECT_EQ(pixels_of({.width = 2, .height = 1, .color_type = 4}, {10, 0, 40, 128}), (Bytes{10, 10, 10, 40, 40, 40}));
}

TEST(PngFile, RepeatsGreyOfEveryDepth) {
  EXPECT_EQ(pixels_of({.width = 2, .height = 1, .color_type = 0}, {7, 250}), (Bytes{7, 7, 7, 250, 250, 250}));
  EXPECT_EQ(pixels_of({.width = 2, .height = 1, .bit_depth = 1, .color_type = 0}, {0x40}),
            (Bytes{0, 0, 0, 255, 255, 255}));
  EXPECT_EQ(pixels_of({.width = 2, .height = 1, .bit_depth = 2, .color_type = 0}, {0x60}),
            (Bytes{85, 85, 85, 170, 170, 170}));
  EXPECT_EQ(pixels_of({.width = 2, .height = 1, .bit_depth = 4, .color_type = 0}, {0x1F}),
            (Bytes{17, 17, 17, 255, 255, 255}));
}

TEST(PngFile, LooksUpPalettes) {
  EXPECT_EQ(pixels_of({.width = 2, .height = 1, .color_type = 3, .palette = {1, 2, 3, 9, 8, 7}}, {1, 0}),
            (Bytes{9, 8, 7, 1, 2, 3}));
  EXPECT_EQ(
      pixels_of({.width = 2, .height = 1, .bit_depth = 4, .color_type = 3, .palette = {1, 2, 3, 9, 8, 7}}, {0x10}),
      (Bytes{9, 8, 7, 1, 2, 3}));
}

TEST(PngFile, TakesTheUpperByteOfSixteenBits) {
  EXPECT_EQ(pixels_of({.width = 1, .height = 1, .bit_depth = 16, .color_type = 2}, {1, 255, 2, 0, 255, 255}),
            (Bytes{1, 2, 255}));
  EXPECT_EQ(pixels_of({.width = 1, .height = 1, .bit_depth = 16, .color_type = 0}, {99, 255}), (Bytes{99, 99, 99}));
}

TEST(PngFile, ReportsTheOrientation) {
  const Bytes exif{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 8, 0, 0};
  const std::string bytes = png_bytes({.width = 1, .height = 1, .exif = exif}, Bytes{1, 2, 3});
  EXPECT_EQ(decode_png(bytes, "a.png").orientation, Orientation::kRotate90Counterclockwise);
}

TEST(PngFile, EveryTruncationIsAnErrorThatNamesTheFile) {
  const std::string bytes = png_bytes({.width = 5, .height = 4}, Bytes(60, 3));
  const std::size_t data_end = bytes.find("IEND") - 8;  // before the length of IEND and the checksum of IDAT
  for (std::size_t size = 8; size < data_end; ++size) {
    try {
      decode_png(bytes.substr(0, size), "cut.png");
      FAIL() << "no error at " << size << " of " << bytes.size() << " bytes";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
      EXPECT_THAT(error.what(), HasSubstr("cut.png"));
    }
  }
}

TEST(PngFile, FlippedBytesNeverCrashOrPrint) {
  const std::string bytes = png_bytes({.width = 5, .height = 4, .color_type = 3, .palette = Bytes(9, 1)}, Bytes(20, 2));
  ::testing::internal::CaptureStderr();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x5A);
    try {
      decode_png(damaged, "damaged.png");
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("damaged.png"));
    }
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(PngFile, HugeSizesAreRefused) {
  std::string bytes = "\x89PNG\r\n\x1A\n", header;
  test::png::append_u32(header, 900000);
  test::png::append_u32(header, 900000);
  header += {8, 2, 0, 0, 0};
  test::png::append_chunk(bytes, "IHDR", header);
  test::png::append_chunk(bytes, "IDAT", test::png::stored_zlib("x"));
  EXPECT_THROW(decode_png(bytes, "bomb.png"), Error);
}

}  // namespace
}  // namespace blip
