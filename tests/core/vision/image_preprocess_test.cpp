#include "core/vision/image_preprocess.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/vision/image_file.h"
#include "tests/support/golden.h"
#include "tests/support/safetensors_file.h"

namespace blip {
namespace {

TEST(ImagePreprocess, NormalisesIntoPlanes) {
  RgbImage image(2, 1);
  image.pixels = {0, 51, 255, 255, 102, 0};
  std::vector<float> out(6);
  normalise(image, out.data());
  const std::vector<double> levels{0.0, 1.0, 0.2, 0.4, 1.0, 0.0};  // R, R, G, G, B, B
  for (std::size_t i = 0; i < out.size(); ++i) {
    EXPECT_NEAR(out[i], (levels[i] - static_cast<double>(kPixelMean[i / 2])) / static_cast<double>(kPixelStd[i / 2]),
                1e-6)
        << i;
  }
}

TEST(ImagePreprocess, ResizesToASquare) {
  RgbImage image(5, 9);
  std::fill(image.pixels.begin(), image.pixels.end(), std::uint8_t{255});
  std::vector<float> out(3 * 4 * 4 + 1, -7.0f);
  preprocess(image.view(), 4, out.data());
  for (std::size_t i = 0; i < 48; ++i) EXPECT_NEAR(out[i], (1.0f - kPixelMean[i / 16]) / kPixelStd[i / 16], 1e-6f);
  EXPECT_EQ(out[48], -7.0f) << "wrote beyond [3, 4, 4]";
}

TEST(ImagePreprocess, AOnePixelPictureFillsTheSquare) {
  const std::vector<std::uint8_t> grey{128};
  ImageView view;
  view.format = PixelFormat::kGray8;
  view.width = view.height = 1;
  view.planes[0] = grey.data();
  view.strides[0] = 1;
  std::vector<float> out(3 * 8 * 8);
  preprocess(view, 8, out.data());
  for (std::size_t i = 0; i < out.size(); ++i) {
    EXPECT_NEAR(out[i], (128.0f / 255.0f - kPixelMean[i / 64]) / kPixelStd[i / 64], 1e-6f);
  }
}

TEST(ImagePreprocess, RejectsImpossibleSides) {
  const RgbImage image(2, 2);
  float out = 0;
  EXPECT_THROW(preprocess(image.view(), 0, &out), Error);
  EXPECT_THROW(preprocess(image.view(), 1 << 20, &out), Error);
}

TEST(ImagePreprocessGolden, EqualsTheOriginalWithin1e6) {
  const auto dir = test::golden_dir() / "preprocess";
  const test::SafetensorsFile expected(dir / "expected.safetensors");
  int compared = 0;
  for (const std::string& array : expected.names()) {
    const std::size_t mark = array.find(".f32.");
    if (mark == std::string::npos) continue;
    const auto shape = expected.shape(array);
    const auto side = shape.at(2), rows = shape.at(1);  // arrays of the first rows alone have fewer rows than columns
    const RgbImage image = read_image(dir / (array.substr(0, mark) + ".png"));
    std::vector<float> out(static_cast<std::size_t>(3 * side * side));
    preprocess(image.view(), side, out.data());
    const std::vector<float> values = expected.floats(array);
    float worst = 0;
    for (std::int64_t c = 0; c < 3; ++c) {
      for (std::int64_t i = 0; i < rows * side; ++i) {
        const float got = out[static_cast<std::size_t>(c * side * side + i)];
        worst = std::max(worst, std::abs(got - values[static_cast<std::size_t>(c * rows * side + i)]));
      }
    }
    EXPECT_LE(worst, 1e-6f) << array;
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

}  // namespace
}  // namespace blip
