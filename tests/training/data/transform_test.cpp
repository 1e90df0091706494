#include "training/data/transform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/vision/image_preprocess.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

RgbImage gradient(int width, int height) {
  RgbImage image(width, height);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<std::uint8_t>(i * 7);
  return image;
}

TransformOptions side(std::int64_t pixels) {
  TransformOptions options;
  options.side = pixels;
  return options;
}

TEST(Transform, WithoutAugmentationIsTheEvaluationTransform) {
  const RgbImage image = gradient(13, 9);
  std::vector<float> expected(3 * 8 * 8), found(3 * 8 * 8);
  preprocess(image.view(), 8, expected.data());
  RandomStream random{{1}};
  Transform(side(8)).apply(image, random, found.data());
  EXPECT_EQ(found, expected);
}

TEST(Transform, FlipsEveryOtherPicture) {
  RgbImage image(2, 1);
  image.pixels = {1, 2, 3, 4, 5, 6};
  RgbImage flipped = image;
  flip_horizontally(flipped);
  EXPECT_EQ(flipped.pixels, (std::vector<std::uint8_t>{4, 5, 6, 1, 2, 3}));

  TransformOptions options = side(6);
  options.flip = true;
  const RgbImage picture = gradient(6, 6);
  flipped = picture;
  flip_horizontally(flipped);
  int times = 0;
  constexpr int kDraws = 1000;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    RandomStream random{{i}};
    const RgbImage found = Transform(options).augment(picture, random);
    ASSERT_TRUE(found.pixels == picture.pixels || found.pixels == flipped.pixels);
    times += found.pixels == flipped.pixels;
  }
  EXPECT_NEAR(times, kDraws / 2, 80);
}

TEST(Transform, IsAFunctionOfTheRandomStream) {
  TransformOptions options = side(16);
  options.crop_min_scale = 0.2;
  options.flip = true;
  options.rand_augment.emplace();
  const Transform transform(options);
  const RgbImage image = gradient(40, 30);
  int different = 0;
  for (std::uint64_t i = 0; i < 20; ++i) {
    RandomStream first{{i}}, same{{i}}, other{{i, 1}};
    const RgbImage picture = transform.augment(image, first);
    EXPECT_EQ(picture.width, 16);
    EXPECT_EQ(picture.height, 16);
    EXPECT_EQ(picture.pixels, transform.augment(image, same).pixels);
    different += picture.pixels != transform.augment(image, other).pixels;
  }
  EXPECT_EQ(different, 20);
}

TEST(Transform, RefusesOptionsOutOfRange) {
  using testing::HasSubstr;
  EXPECT_THAT(test::error_of([] { Transform{side(0)}; }), HasSubstr("image side is 0"));
  TransformOptions options = side(8);
  options.crop_min_scale = 0;
  EXPECT_THAT(test::error_of([&] { Transform{options}; }), HasSubstr("least crop scale"));
  options.crop_min_scale = 1.1;
  EXPECT_THAT(test::error_of([&] { Transform{options}; }), HasSubstr("least crop scale"));
}

}  // namespace
}  // namespace blip
