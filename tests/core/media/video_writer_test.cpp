#include "core/media/video_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/media/video_reader.h"
#include "core/vision/rgb_image.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using Color = std::array<std::uint8_t, 3>;

RgbImage even_image(int width, int height, Color color) {
  RgbImage image(width, height);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = color[i % 3];
  return image;
}

VideoOptions small() {
  return {.width = 64, .height = 48, .fps = 12, .crf = 10};
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void write_colors(const std::filesystem::path& path, const std::vector<Color>& colors) {
  VideoWriter writer(path, small());
  for (const Color color : colors) writer.write(even_image(64, 48, color).view());
  writer.finish();
}

TEST(VideoWriter, WhatItWroteIsReadBack) {
  const test::TempDir dir;
  const std::vector<Color> colors = {{200, 40, 40},  {200, 40, 40}, {40, 160, 60},  {40, 80, 215},
                                     {240, 220, 40}, {30, 30, 30},  {230, 230, 230}};
  write_colors(dir / "a.mp4", colors);
  VideoReader reader = VideoReader::open(dir / "a.mp4");
  EXPECT_EQ(reader.info().codec, "h264");
  EXPECT_EQ(reader.info().width, 64);
  EXPECT_EQ(reader.info().height, 48);
  EXPECT_EQ(reader.info().frames, 7);
  EXPECT_NEAR(reader.info().frame_rate, 12, 1e-9);
  std::size_t count = 0;
  for (VideoFrame frame; reader.next(frame); ++count) {
    ASSERT_LT(count, colors.size());
    EXPECT_NEAR(frame.pts, static_cast<double>(count) / 12, 1e-6);
    EXPECT_EQ(frame.view.format, PixelFormat::kI420);
    EXPECT_EQ(frame.view.matrix, ColorMatrix::kBt601);
    EXPECT_EQ(frame.view.range, ColorRange::kLimited);
    // BT.601: Y = 16 + 219 / 255 * (0.299 R + 0.587 G + 0.114 B).
    const Color color = colors[count];
    const double luma = 16 + 219 / 255.0 * (0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]);
    EXPECT_NEAR(frame.view.planes[0][20 * frame.view.strides[0] + 30], luma, 3) << "frame " << count;
    const double blue = 128 + 224 / 255.0 * 0.5 * (color[2] - (luma - 16) * 255 / 219) / (1 - 0.114);
    EXPECT_NEAR(frame.view.planes[1][10 * frame.view.strides[1] + 15], blue, 4) << "frame " << count;
  }
  EXPECT_EQ(count, colors.size());
  EXPECT_TRUE(reader.warnings().empty());
}

TEST(VideoWriter, EqualPicturesGiveEqualBytes) {
  const test::TempDir dir;
  const std::vector<Color> colors = {{200, 40, 40}, {40, 160, 60}};
  write_colors(dir / "a.mp4", colors);
  write_colors(dir / "b.mp4", colors);
  EXPECT_GT(bytes_of(dir / "a.mp4").size(), 500U);
  EXPECT_EQ(bytes_of(dir / "a.mp4"), bytes_of(dir / "b.mp4"));
}

TEST(VideoWriter, FileAppearsWhenItIsFinished) {
  const test::TempDir dir;
  {
    VideoWriter writer(dir / "a.mp4", small());
    writer.write(even_image(64, 48, {1, 2, 3}).view());
    EXPECT_FALSE(std::filesystem::exists(dir / "a.mp4"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
  {
    VideoWriter writer(dir / "a.mp4", small());
    EXPECT_THROW(writer.finish(), Error);  // no frames
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(VideoWriter, BadOptionsAndFramesAreRefused) {
  const test::TempDir dir;
  const auto expect_refused = [&](const VideoOptions& options, const char* part) {
    try {
      VideoWriter writer(dir / "a.mp4", options);
      ADD_FAILURE() << part;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
      EXPECT_THAT(error.what(), ::testing::HasSubstr(part));
    }
  };
  expect_refused({.width = 63, .height = 48}, "63 x 48");
  expect_refused({.width = 0, .height = 48}, "0 x 48");
  expect_refused({.width = 64, .height = 100000}, "100000");
  expect_refused({.width = 64, .height = 48, .fps = 0}, "rate 0");
  expect_refused({.width = 64, .height = 48, .fps = 25, .crf = 52}, "crf 52");

  VideoWriter writer(dir / "b.mp4", small());
  EXPECT_THROW(writer.write(even_image(32, 48, {0, 0, 0}).view()), Error);
  RgbImage image = even_image(64, 48, {0, 0, 0});
  ImageView gray = image.view();
  gray.format = PixelFormat::kGray8;
  EXPECT_THROW(writer.write(gray), Error);
}

TEST(VideoWriter, PlaceThatCannotBeWrittenIsAnErrorThatNamesIt) {
  const test::TempDir dir;
  try {
    VideoWriter writer(dir / "no" / "a.mp4", small());
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kFailed);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("a.mp4"));
  }
}

TEST(VideoWriter, FullDiskIsAnError) {
  if (!std::filesystem::exists("/dev/full"))
    GTEST_SKIP() << "this system has no /dev/full, which stands for a full disk here";
  const test::TempDir dir;
  std::filesystem::create_symlink("/dev/full", dir / "a.mp4.part");
  const auto write_all = [&] {
    VideoWriter writer(dir / "a.mp4", small());
    for (int i = 0; i < 5; ++i) writer.write(even_image(64, 48, {1, 2, 3}).view());
    writer.finish();
  };
  EXPECT_THROW(write_all(), Error);
  EXPECT_FALSE(std::filesystem::exists(dir / "a.mp4"));
}

}  // namespace
}  // namespace blip
