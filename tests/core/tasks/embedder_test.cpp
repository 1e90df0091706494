#include "core/tasks/embedder.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

class EmbedderTest : public testing::Test {
 protected:
  const std::shared_ptr<LoadedModel> model_ = load_model(golden_dir() / "pth" / "itm.pth");
  const std::vector<Clip> clips_ = encode_clips(
      *model_->backend, Pixels(SafetensorsFile(golden_dir() / "pth" / "images.safetensors"), "pixel_values"));
};

double norm(std::span<const float> row) {
  double sum = 0;
  for (const float value : row) sum += static_cast<double>(value) * value;
  return sum;
}

TEST_F(EmbedderTest, EmbeddingsAreUnitVectors) {
  const std::vector<std::string> texts{"a dog", "a picture of a red car on the beach", ""};
  const Matrix images = embed_clips(*model_, clips_), words = embed_texts(*model_, texts);
  EXPECT_EQ(images.columns, model_->checkpoint.config.embed_width);
  EXPECT_EQ(words.rows, 3);
  for (std::int64_t r = 0; r < images.rows; ++r) EXPECT_NEAR(norm(images.row(r)), 1, 1e-5);
  for (std::int64_t r = 0; r < words.rows; ++r) EXPECT_NEAR(norm(words.row(r)), 1, 1e-5);
}

TEST_F(EmbedderTest, ATextIsEmbeddedAloneAsAmongLongerOnes) {
  const std::vector<std::string> both{"a dog", "a picture of a red car on the beach with people"};
  const Matrix together = embed_texts(*model_, both), alone = embed_texts(*model_, std::span(both).first(1));
  EXPECT_LE(max_difference(alone.row(0), together.row(0)), kFeatureTolerance);
}

TEST_F(EmbedderTest, AClipOfOneRepeatedFrameIsThatFrame) {
  const Clip twice{{clips_[0].frames[0], clips_[0].frames[0]}};
  EXPECT_LE(max_difference(embed_clips(*model_, std::span(&twice, 1)).values,
                           embed_clips(*model_, std::span(clips_).first(1)).values),
            kFeatureTolerance);
}

TEST_F(EmbedderTest, ACaptionerCannotEmbed) {
  const auto captioner = load_model(golden_dir() / "pth" / "caption.pth");
  const std::string text = "a dog";
  EXPECT_THROW(embed_texts(*captioner, std::span(&text, 1)), Error);
}

}  // namespace
}  // namespace blip::test
