#include "training/eval/medium_features.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/training/eval/picture_media.h"

namespace blip {
namespace {

TEST(MediumFeatures, JoinedTokensAreThoseOfTheFramesInOrder) {
  const auto model = test::golden_model("retrieval");
  const test::Pixels pixels(test::SafetensorsFile(test::golden_dir() / "pth" / "images.safetensors"), "pixel_values");
  const auto frames = model->backend->encode_images(pixels.batch());
  const MediumFeatures features = join_features(std::span(frames).first(3));
  ASSERT_EQ(features.frames.frames.size(), 3U);
  ASSERT_EQ(features.joined.frames.size(), 1U);
  std::vector<float> expected;
  for (std::size_t f = 0; f < 3; ++f) {
    const Matrix frame = frames[f]->to_matrix();
    EXPECT_EQ(features.frames.frames[f]->to_matrix().values, frame.values);
    expected.insert(expected.end(), frame.values.begin(), frame.values.end());
  }
  EXPECT_EQ(features.joined.frames[0]->to_matrix().values, expected);
  EXPECT_EQ(features.bytes, expected.size() * sizeof(float));
  // Stored and read again they are the same; as float16 nearly.
  const TensorView stored = stored_tokens(features, /*half=*/false);
  EXPECT_EQ(stored.shape, (std::vector<std::int64_t>{3, frames[0]->tokens(), frames[0]->width()}));
  EXPECT_EQ(features_from(stored, model->backend->placement()).joined.frames[0]->to_matrix().values, expected);
  const auto half = features_from(stored_tokens(features, true), model->backend->placement());
  EXPECT_LE(test::max_difference(half.joined.frames[0]->to_matrix().values, expected), 1e-2);
}

TEST(MediumFeatures, TokensOfAnotherShapeAreRefused) {
  const auto model = test::golden_model("retrieval");
  const std::vector<float> values(6);
  TensorView view;
  view.data = values.data();
  view.shape = {2, 3};
  EXPECT_THROW(features_from(view, model->backend->placement()), Error);
}

}  // namespace
}  // namespace blip
