#include "core/tasks/frame_encoder.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

// De-normalised and rounded, the reference's pictures are 8-bit; encoded again they must give the reference's states.
TEST(FrameEncoder, PicturesOfTheModelsSizeKeepTheirPixels) {
  const auto dir = golden_dir() / "hf-caption-tiny";
  const auto model = load_model(dir);
  const Pixels pixels(SafetensorsFile(dir / "inputs.safetensors"), "pixel_values");
  const double mean[]{0.48145466, 0.4578275, 0.40821073}, deviation[]{0.26862954, 0.26130258, 0.27577711};
  const std::int64_t plane = pixels.side * pixels.side;
  std::vector<std::vector<std::uint8_t>> pictures;
  std::vector<ImageView> views;
  for (std::int64_t i = 0; i < pixels.images; ++i) {
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(3 * plane));
    for (std::int64_t p = 0; p < plane; ++p) {
      for (int c = 0; c < 3; ++c) {
        const double level =
            (pixels.values[static_cast<std::size_t>((3 * i + c) * plane + p)] * deviation[c] + mean[c]) * 255;
        rgb[static_cast<std::size_t>(3 * p + c)] = static_cast<std::uint8_t>(std::lround(level));
      }
    }
    pictures.push_back(std::move(rgb));
  }
  for (const auto& rgb : pictures) {
    ImageView view;
    view.width = view.height = static_cast<int>(pixels.side);
    view.planes[0] = rgb.data();
    view.strides[0] = 3 * pixels.side;
    views.push_back(view);
  }
  const auto from_pictures = encode_frames(*model, views);
  const auto from_pixels = model->backend->encode_images(pixels.batch());
  ASSERT_EQ(from_pictures.size(), from_pixels.size());
  for (std::size_t i = 0; i < from_pictures.size(); ++i) {
    EXPECT_LE(max_difference(from_pictures[i]->to_matrix().values, from_pixels[i]->to_matrix().values),
              kStateTolerance);
  }
}

}  // namespace
}  // namespace blip::test
