#include "core/vision/pillow_resize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/base/error.h"
#include "core/vision/image_file.h"
#include "core/vision/orientation.h"
#include "tests/support/golden.h"
#include "tests/support/safetensors_file.h"

namespace blip {
namespace {

RgbImage grey_row(const std::vector<int>& levels) {
  RgbImage image(static_cast<int>(levels.size()), 1);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<std::uint8_t>(levels[i / 3]);
  return image;
}

std::vector<int> first_channel(const RgbImage& image) {
  std::vector<int> result;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) result.push_back(image.pixels[i]);
  return result;
}

RgbImage random_image(int width, int height) {
  RgbImage image(width, height);
  std::mt19937 random(5);
  std::generate(image.pixels.begin(), image.pixels.end(), [&] { return static_cast<std::uint8_t>(random()); });
  return image;
}

// Halving four pixels: the kernel is stretched by 2, so that pixel x has weight f((x - 0.5) / 2) for the left target
// pixel: f(-1/4) = f(1/4) = 0.8671875, f(3/4) = 0.2265625, f(5/4) = -0.0703125, in sum 1.890625.
TEST(PillowResize, HalvesAsComputedByHand) {
  EXPECT_EQ(first_channel(pillow_resize(grey_row({0, 0, 255, 255}), 2, 1)),
            (std::vector<int>{21, 234}));  // 255 * 0.15625 / sum
  EXPECT_EQ(first_channel(pillow_resize(grey_row({0, 255, 0, 0}), 2, 1)), (std::vector<int>{117, 31}));
  EXPECT_EQ(first_channel(pillow_resize(grey_row({255, 0, 0, 0}), 2, 1)),
            (std::vector<int>{117, 0}));  // the right one is clipped
}

// Doubling two pixels: weights f(1/4) = 0.8671875 and f(3/4) = 0.2265625, in sum 1.09375; at the outer target pixels
// only f(1/4) and f(5/4) = -0.0703125 are left, in sum 0.796875.
TEST(PillowResize, DoublesAsComputedByHand) {
  EXPECT_EQ(first_channel(pillow_resize(grey_row({0, 200}), 4, 1)), (std::vector<int>{0, 41, 159, 218}));
}

TEST(PillowResize, SameSizeIsTheSamePicture) {
  const RgbImage image = random_image(19, 7);
  EXPECT_EQ(pillow_resize(image, 19, 7).pixels, image.pixels);
}

TEST(PillowResize, FlatPicturesStayFlat) {
  for (const auto& [width, height] : {std::pair{1, 1}, {3, 50}, {97, 61}, {640, 2}}) {
    RgbImage image(width, height);
    std::fill(image.pixels.begin(), image.pixels.end(), std::uint8_t{201});
    for (const auto& [to_width, to_height] : {std::pair{1, 1}, {48, 48}, {7, 300}}) {
      const RgbImage resized = pillow_resize(image, to_width, to_height);
      ASSERT_EQ(resized.width, to_width);
      ASSERT_EQ(resized.height, to_height);
      ASSERT_TRUE(std::all_of(resized.pixels.begin(), resized.pixels.end(), [](int v) { return v == 201; }));
    }
  }
}

// Rows and columns are computed by different loops; turned by 90 degrees they must give the same.
TEST(PillowResize, RowsAndColumnsAgree) {
  for (const auto& [width, height, target] :
       {std::tuple{100, 1, 33}, {100, 15, 33}, {61, 16, 120}, {61, 17, 7}, {200, 40, 48}}) {
    const RgbImage image = random_image(width, height);
    const RgbImage rows = pillow_resize(image, target, height);
    const RgbImage columns = pillow_resize(upright(image, Orientation::kTranspose), height, target);
    ASSERT_EQ(upright(columns, Orientation::kTranspose).pixels, rows.pixels)
        << width << "x" << height << " to " << target;
  }
}

TEST(PillowResize, ColumnsComeFirstWhereMoreThanTwiceAsManyRowsAreLost) {
  const auto two_passes = [](const RgbImage& image, int width, int height, bool columns_first) {
    return columns_first ? pillow_resize(pillow_resize(image, image.width, height), width, height).pixels
                         : pillow_resize(pillow_resize(image, width, image.height), width, height).pixels;
  };
  for (const auto& [width, height, columns_first] : {std::tuple{33, 200, true},
                                                     {200, 33, false},
                                                     {68, 88, false},
                                                     {67, 88, true},
                                                     {20, 20, false},
                                                     {100, 100, false}}) {
    const RgbImage image = random_image(width, height);
    const auto expected = two_passes(image, 48, 48, columns_first);
    EXPECT_EQ(pillow_resize(image, 48, 48).pixels, expected) << width << "x" << height;
    EXPECT_NE(expected, two_passes(image, 48, 48, !columns_first)) << "the order must matter here";
  }
}

TEST(PillowResize, MirroredPicturesGiveMirroredResults) {
  const RgbImage image = random_image(90, 33);
  const RgbImage mirrored = pillow_resize(upright(image, Orientation::kFlipHorizontal), 48, 48);
  EXPECT_EQ(upright(mirrored, Orientation::kFlipHorizontal).pixels, pillow_resize(image, 48, 48).pixels);
}

TEST(PillowResize, RejectsEmptySizes) {
  EXPECT_THROW(pillow_resize(RgbImage(4, 4), 0, 4), Error);
  EXPECT_THROW(pillow_resize(RgbImage(4, 4), 4, -1), Error);
  EXPECT_THROW(pillow_resize(RgbImage(), 4, 4), Error);
}

TEST(PillowResizeGolden, EqualsPillowBitForBit) {
  const auto dir = test::golden_dir() / "preprocess";
  const test::SafetensorsFile expected(dir / "expected.safetensors");
  int compared = 0;
  for (const std::string& array : expected.names()) {
    const std::size_t mark = array.find(".u8.");
    if (mark == std::string::npos) continue;
    const auto shape = expected.shape(array);
    const RgbImage image = read_image(dir / (array.substr(0, mark) + ".png"));
    const RgbImage resized = pillow_resize(image, static_cast<int>(shape.at(1)), static_cast<int>(shape.at(0)));
    EXPECT_EQ(resized.pixels, expected.bytes(array)) << array;
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

}  // namespace
}  // namespace blip
