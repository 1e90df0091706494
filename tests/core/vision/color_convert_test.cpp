#include "core/vision/color_convert.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <span>
#include <tuple>

#include "core/base/error.h"
#include "tests/support/ffmpeg_program.h"
#include "tests/support/guarded_bytes.h"
#include "tests/support/png_writer.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct Plane {
  int row_bytes, rows;
};

std::vector<Plane> planes_of(PixelFormat format, int w, int h) {
  const int half_w = (w + 1) / 2, half_h = (h + 1) / 2;
  switch (format) {
    case PixelFormat::kRgb:
    case PixelFormat::kBgr:
      return {{3 * w, h}};
    case PixelFormat::kRgbx:
    case PixelFormat::kBgrx:
      return {{4 * w, h}};
    case PixelFormat::kGray8:
      return {{w, h}};
    case PixelFormat::kI420:
      return {{w, h}, {half_w, half_h}, {half_w, half_h}};
    case PixelFormat::kNv12:
      return {{w, h}, {2 * half_w, half_h}};
  }
  return {};
}

// A picture of random bytes, each plane in its own memory with nothing readable behind its last byte.
struct Picture {
  Picture(PixelFormat format, int width, int height, int padding, unsigned seed) {
    view.format = format;
    view.width = width;
    view.height = height;
    std::mt19937 random(seed);
    const auto planes = planes_of(format, width, height);
    for (std::size_t p = 0; p < planes.size(); ++p) {
      const int stride = planes[p].row_bytes + padding;
      const auto size = static_cast<std::size_t>(stride * (planes[p].rows - 1) + planes[p].row_bytes);
      memory.push_back(std::make_unique<test::GuardedBytes>(size));
      std::generate_n(memory.back()->data(), size, [&] { return static_cast<std::uint8_t>(random()); });
      view.planes[p] = memory.back()->data();
      view.strides[p] = stride;
    }
  }

  // The planes one after the other, without gaps.
  Bytes packed() const {
    Bytes result;
    const auto planes = planes_of(view.format, view.width, view.height);
    for (std::size_t p = 0; p < planes.size(); ++p) {
      for (int y = 0; y < planes[p].rows; ++y) {
        const std::uint8_t* row = view.planes[p] + y * view.strides[p];
        result.insert(result.end(), row, row + planes[p].row_bytes);
      }
    }
    return result;
  }

  std::vector<std::unique_ptr<test::GuardedBytes>> memory;
  ImageView view;
};

ImageView view_of(PixelFormat format, int width, int height, const Bytes& bytes) {
  ImageView view;
  view.format = format;
  view.width = width;
  view.height = height;
  const std::uint8_t* at = bytes.data();
  const auto planes = planes_of(format, width, height);
  for (std::size_t p = 0; p < planes.size(); ++p) {
    view.planes[p] = at;
    view.strides[p] = planes[p].row_bytes;
    at += planes[p].row_bytes * planes[p].rows;
  }
  return view;
}

TEST(ColorConvert, PutsPackedChannelsInOrder) {
  EXPECT_EQ(to_rgb(view_of(PixelFormat::kRgb, 2, 1, {1, 2, 3, 4, 5, 6})).pixels, (Bytes{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(to_rgb(view_of(PixelFormat::kBgr, 2, 1, {1, 2, 3, 4, 5, 6})).pixels, (Bytes{3, 2, 1, 6, 5, 4}));
  EXPECT_EQ(to_rgb(view_of(PixelFormat::kRgbx, 2, 1, {1, 2, 3, 9, 4, 5, 6, 9})).pixels, (Bytes{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(to_rgb(view_of(PixelFormat::kBgrx, 1, 2, {1, 2, 3, 9, 4, 5, 6, 9})).pixels, (Bytes{3, 2, 1, 6, 5, 4}));
  EXPECT_EQ(to_rgb(view_of(PixelFormat::kGray8, 2, 2, {1, 2, 3, 4})).pixels,
            (Bytes{1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4}));
}

TEST(ColorConvert, StandsThePictureUpright) {
  Bytes bytes{1, 2, 3, 4, 5, 6};
  ImageView view = view_of(PixelFormat::kGray8, 3, 2, bytes);
  view.orientation = Orientation::kRotate90Clockwise;
  const RgbImage image = to_rgb(view);
  EXPECT_EQ(image.width, 2);
  EXPECT_EQ(image.height, 3);
  EXPECT_EQ(image.pixels, (Bytes{4, 4, 4, 1, 1, 1, 5, 5, 5, 2, 2, 2, 6, 6, 6, 3, 3, 3}));
}

TEST(ColorConvert, FollowsNegativeStrides) {
  const Bytes bytes{1, 2, 3, 4};
  ImageView view = view_of(PixelFormat::kGray8, 2, 2, bytes);
  view.planes[0] += 2;
  view.strides[0] = -2;
  EXPECT_EQ(to_rgb(view).pixels, (Bytes{3, 3, 3, 4, 4, 4, 1, 1, 1, 2, 2, 2}));
}

// Any stride and any size, rows without slack, memory that ends with the picture: same pixels, and not a byte beyond is
// read.
TEST(ColorConvert, StridesDoNotMatterAndNothingBeyondThePictureIsRead) {
  ColorConverter converter;
  for (const PixelFormat format : {PixelFormat::kRgb, PixelFormat::kBgr, PixelFormat::kRgbx, PixelFormat::kBgrx,
                                   PixelFormat::kGray8, PixelFormat::kI420, PixelFormat::kNv12}) {
    for (const auto& [width, height] : {std::pair{1, 1},
                                        {2, 2},
                                        {1, 8},
                                        {8, 1},
                                        {7, 5},
                                        {15, 16},
                                        {16, 15},
                                        {33, 34},
                                        {64, 64},
                                        {67, 3},
                                        {127, 2},
                                        {128, 128},
                                        {130, 66}}) {
      const Picture tight(format, width, height, 0, 7);
      const Bytes packed = tight.packed();
      const Bytes expected = converter.to_rgb(tight.view).pixels;
      for (const int padding : {1, 13, 64}) {
        Picture padded(format, width, height, padding, 8);
        const auto planes = planes_of(format, width, height);
        for (std::size_t p = 0; p < planes.size(); ++p) {
          for (int y = 0; y < planes[p].rows; ++y) {
            std::memcpy(padded.memory[p]->data() + y * padded.view.strides[p],
                        tight.view.planes[p] + y * tight.view.strides[p],
                        static_cast<std::size_t>(planes[p].row_bytes));
          }
        }
        ASSERT_EQ(converter.to_rgb(padded.view).pixels, expected)
            << static_cast<int>(format) << " " << width << "x" << height << " padding " << padding;
      }
    }
  }
}

TEST(ColorConvert, Nv12GivesTheSamePixelsAsI420) {
  for (const auto& [width, height] : {std::pair{1, 1}, {6, 4}, {17, 9}, {160, 120}}) {
    const Picture planar(PixelFormat::kI420, width, height, 0, 3);
    Bytes bytes = planar.packed();
    const auto luma = static_cast<std::size_t>(width * height), chroma = (bytes.size() - luma) / 2;
    const Bytes u(bytes.begin() + static_cast<std::ptrdiff_t>(luma),
                  bytes.begin() + static_cast<std::ptrdiff_t>(luma + chroma));
    const Bytes v(bytes.begin() + static_cast<std::ptrdiff_t>(luma + chroma), bytes.end());
    for (std::size_t i = 0; i < chroma; ++i) {
      bytes[luma + 2 * i] = u[i];
      bytes[luma + 2 * i + 1] = v[i];
    }
    EXPECT_EQ(to_rgb(view_of(PixelFormat::kNv12, width, height, bytes)).pixels, to_rgb(planar.view).pixels)
        << width << "x" << height;
  }
}

// Y'CbCr of the standards: R = Y + 2 (1 - kr) Cr and so on. swscale rounds coarsely: up to 3 levels.
TEST(ColorConvert, FollowsMatrixAndRangeWithinThreeLevels) {
  const std::vector<std::tuple<ColorMatrix, double, double>> matrices{{ColorMatrix::kBt601, 0.299, 0.114},
                                                                      {ColorMatrix::kBt709, 0.2126, 0.0722},
                                                                      {ColorMatrix::kBt2020, 0.2627, 0.0593},
                                                                      {ColorMatrix::kSmpte240m, 0.212, 0.087},
                                                                      {ColorMatrix::kFcc, 0.30, 0.11}};
  ColorConverter converter;
  for (const auto& [matrix, kr, kb] : matrices) {
    for (const bool full : {false, true}) {
      for (const auto& [y, u, v] :
           {std::tuple{16, 128, 128}, {126, 128, 128}, {235, 128, 128}, {90, 100, 170}, {180, 150, 90}}) {
        Bytes bytes(16 * 8, static_cast<std::uint8_t>(y));
        bytes.insert(bytes.end(), 8 * 4, static_cast<std::uint8_t>(u));
        bytes.insert(bytes.end(), 8 * 4, static_cast<std::uint8_t>(v));
        ImageView view = view_of(PixelFormat::kI420, 16, 8, bytes);
        view.matrix = matrix;
        view.range = full ? ColorRange::kFull : ColorRange::kLimited;
        const double luma = full ? y : (y - 16) * 255.0 / 219, scale = full ? 1 : 255.0 / 224;
        const double cb = (u - 128) * scale, cr = (v - 128) * scale;
        const double red = luma + 2 * (1 - kr) * cr, blue = luma + 2 * (1 - kb) * cb;
        const double green = (luma - kr * red - kb * blue) / (1 - kr - kb);
        const Bytes& pixels = converter.to_rgb(view).pixels;
        const double expected[] = {red, green, blue};
        for (std::size_t i = 0; i < pixels.size(); ++i) {
          ASSERT_NEAR(pixels[i], std::clamp(expected[i % 3], 0.0, 255.0), 3.0)
              << static_cast<int>(matrix) << (full ? " full " : " limited ") << y << "," << u << "," << v << " channel "
              << i % 3;
        }
      }
    }
  }
}

TEST(ColorConvert, EqualsTheFfmpegProgramAtEverySize) {
  if (!test::has_ffmpeg_program()) GTEST_SKIP() << "no ffmpeg program";
  const test::TempDir dir;
  ColorConverter converter;
  struct Tags {
    ColorMatrix matrix;
    ColorRange range;
    std::string filter;
  };
  const std::vector<Tags> all_tags{
      {ColorMatrix::kBt601, ColorRange::kLimited, "null"},
      {ColorMatrix::kBt709, ColorRange::kFull, "scale=in_color_matrix=bt709:in_range=full"},
      {ColorMatrix::kBt2020, ColorRange::kLimited, "scale=in_color_matrix=bt2020"}};
  for (const auto& [width, height] :
       {std::pair{1, 1}, {2, 2}, {3, 2}, {2, 3}, {17, 30}, {30, 17}, {33, 33}, {160, 120}, {192, 108}}) {
    const Picture picture(PixelFormat::kI420, width, height, 0, 11);
    const Bytes packed = picture.packed();
    test::write_file(dir / "in.yuv", {reinterpret_cast<const char*>(packed.data()), packed.size()});
    const std::size_t tried = width == 33 || width == 160 ? all_tags.size() : 1;
    for (const Tags& tags : std::span(all_tags).first(tried)) {
      ImageView view = picture.view;
      view.matrix = tags.matrix;
      view.range = tags.range;
      const Bytes expected =
          test::run_ffmpeg("-f rawvideo -pix_fmt yuv420p -s " + std::to_string(width) + "x" + std::to_string(height) +
                           " -i " + (dir / "in.yuv").string() + " -vf " + tags.filter + ",format=rgb24 -f rawvideo -");
      ASSERT_EQ(converter.to_rgb(view).pixels, expected) << width << "x" << height << " " << tags.filter;
    }
  }
}

TEST(ColorConvert, RejectsImpossibleViews) {
  const Bytes bytes(64);
  ImageView view = view_of(PixelFormat::kI420, 4, 4, bytes);
  EXPECT_NO_THROW(to_rgb(view));
  view.width = 0;
  EXPECT_THROW(to_rgb(view), Error);
  view.width = 40000;
  EXPECT_THROW(to_rgb(view), Error);
  view = view_of(PixelFormat::kI420, 4, 4, bytes);
  view.planes[2] = nullptr;
  EXPECT_THROW(to_rgb(view), Error);
  view = view_of(PixelFormat::kRgb, 4, 4, bytes);
  view.strides[0] = 11;
  EXPECT_THROW(to_rgb(view), Error);
  view.format = static_cast<PixelFormat>(99);
  EXPECT_THROW(to_rgb(view), Error);
}

}  // namespace
}  // namespace blip
