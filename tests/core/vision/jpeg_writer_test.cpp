#include "core/vision/jpeg_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <jpeglib.h>
#include <cstdio>
#include <cstdlib>

#include "core/base/error.h"
#include "core/vision/jpeg_file.h"

namespace blip {
namespace {

// Red and blue columns, each `width` wide.
RgbImage stripes(int side, int width) {
  RgbImage image(side, side);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      std::uint8_t* pixel = image.row(y) + 3 * x;
      const bool red = x / width % 2 == 0;
      pixel[0] = red ? 220 : 30;
      pixel[1] = 40;
      pixel[2] = red ? 30 : 220;
    }
  return image;
}

double mean_error(const RgbImage& image, const JpegOptions& options) {
  const RgbImage decoded = decode_jpeg(encode_jpeg(image, options), "a.jpg").image;
  EXPECT_EQ(decoded.pixels.size(), image.pixels.size());
  double sum = 0;
  for (std::size_t i = 0; i < image.pixels.size(); ++i) sum += std::abs(image.pixels[i] - decoded.pixels[i]);
  return sum / static_cast<double>(image.pixels.size());
}

TEST(JpegWriter, BestQualityIsNearlyThePicture) {
  EXPECT_LT(mean_error(stripes(64, 16), {.quality = 100, .subsample_chroma = false}), 1);
  EXPECT_LT(mean_error(stripes(33, 11), {.quality = 100, .subsample_chroma = false}), 1.5);
}

TEST(JpegWriter, LowerQualityIsSmallerAndWorse) {
  RgbImage image(64, 64);
  std::uint32_t state = 1;
  for (std::uint8_t& value : image.pixels)
    value = static_cast<std::uint8_t>((state = state * 1664525U + 1013904223U) >> 24);
  EXPECT_LT(encode_jpeg(image, {.quality = 20}).size(), encode_jpeg(image, {.quality = 80}).size());
  EXPECT_GT(mean_error(image, {.quality = 20, .subsample_chroma = false}),
            mean_error(image, {.quality = 80, .subsample_chroma = false}));
}

TEST(JpegWriter, SubsamplingHalvesTheResolutionOfColorOnly) {
  const RgbImage fine = stripes(64, 1);
  EXPECT_LT(mean_error(fine, {.quality = 100, .subsample_chroma = false}), 2);
  EXPECT_GT(mean_error(fine, {.quality = 100, .subsample_chroma = true}), 30);
  for (const bool subsample : {false, true}) {
    const std::string bytes = encode_jpeg(fine, {.quality = 90, .subsample_chroma = subsample});
    jpeg_decompress_struct jpeg{};
    jpeg_error_mgr errors{};
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_read_header(&jpeg, TRUE);
    EXPECT_EQ(jpeg.comp_info[0].h_samp_factor, subsample ? 2 : 1);
    EXPECT_EQ(jpeg.comp_info[0].v_samp_factor, subsample ? 2 : 1);
    EXPECT_EQ(jpeg.comp_info[1].h_samp_factor, 1);
    jpeg_destroy_decompress(&jpeg);
  }
}

TEST(JpegWriter, EqualPicturesGiveEqualBytes) {
  EXPECT_EQ(encode_jpeg(stripes(40, 4)), encode_jpeg(stripes(40, 4)));
}

TEST(JpegWriter, WhatIsOutOfRangeIsRefused) {
  const auto expect_refused = [](const RgbImage& image, JpegOptions options, const char* part) {
    try {
      encode_jpeg(image, options);
      ADD_FAILURE() << part;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
      EXPECT_THAT(error.what(), ::testing::HasSubstr(part));
    }
  };
  expect_refused(stripes(8, 2), {.quality = 0}, "quality 0");
  expect_refused(stripes(8, 2), {.quality = 101}, "quality 101");
  expect_refused(RgbImage(0, 0), {}, "0 x 0");
  expect_refused(RgbImage(1, 70000), {}, "1 x 70000");
}

}  // namespace
}  // namespace blip
