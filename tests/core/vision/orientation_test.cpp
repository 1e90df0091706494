#include "core/vision/orientation.h"

#include <gtest/gtest.h>

#include <string>

namespace blip {
namespace {

// One letter a pixel, rows separated by '/'.
RgbImage picture(int width, int height, const std::string& letters) {
  RgbImage image(width, height);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    image.pixels[i] = static_cast<std::uint8_t>(letters[i / 3] + 100 * static_cast<int>(i % 3) % 256);
  }
  return image;
}

std::string letters(const RgbImage& image) {
  std::string result;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const std::uint8_t* pixel = image.row(y) + 3 * x;
      EXPECT_EQ(pixel[1], static_cast<std::uint8_t>(pixel[0] + 100));
      EXPECT_EQ(pixel[2], static_cast<std::uint8_t>(pixel[0] + 200));
      result += static_cast<char>(pixel[0]);
    }
    if (y + 1 < image.height) result += '/';
  }
  return result;
}

TEST(Orientation, TurnsAsExifDefines) {
  const RgbImage stored = picture(3, 2, "abcdef");  // abc above def
  const auto turned = [&](Orientation orientation) { return letters(upright(stored, orientation)); };
  EXPECT_EQ(turned(Orientation::kUpright), "abc/def");
  EXPECT_EQ(turned(Orientation::kFlipHorizontal), "cba/fed");
  EXPECT_EQ(turned(Orientation::kRotate180), "fed/cba");
  EXPECT_EQ(turned(Orientation::kFlipVertical), "def/abc");
  EXPECT_EQ(turned(Orientation::kTranspose), "ad/be/cf");
  EXPECT_EQ(turned(Orientation::kRotate90Clockwise), "da/eb/fc");
  EXPECT_EQ(turned(Orientation::kTransverse), "fc/eb/da");
  EXPECT_EQ(turned(Orientation::kRotate90Counterclockwise), "cf/be/ad");
}

TEST(Orientation, SinglePixelsRowsAndColumnsTurnToo) {
  const auto turned = [](int width, int height, const std::string& text, Orientation orientation) {
    return letters(upright(picture(width, height, text), orientation));
  };
  EXPECT_EQ(turned(1, 1, "a", Orientation::kTransverse), "a");
  EXPECT_EQ(turned(1, 3, "abc", Orientation::kTranspose), "abc");
  EXPECT_EQ(turned(1, 3, "abc", Orientation::kFlipHorizontal), "a/b/c");
  EXPECT_EQ(turned(1, 3, "abc", Orientation::kRotate90Clockwise), "cba");
  EXPECT_EQ(turned(3, 1, "abc", Orientation::kRotate90Counterclockwise), "c/b/a");
}

TEST(Orientation, TurningBackGivesThePictureAgain) {
  const RgbImage stored = picture(4, 3, "abcdefghijkl");
  for (int value = 1; value <= 8; ++value) {
    const auto there = static_cast<Orientation>(value);
    Orientation back = there;
    if (there == Orientation::kRotate90Clockwise) back = Orientation::kRotate90Counterclockwise;
    if (there == Orientation::kRotate90Counterclockwise) back = Orientation::kRotate90Clockwise;
    EXPECT_EQ(upright(upright(stored, there), back).pixels, stored.pixels) << value;
  }
}

}  // namespace
}  // namespace blip
