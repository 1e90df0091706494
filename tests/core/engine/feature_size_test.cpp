#include "core/engine/feature_size.h"

#include <gtest/gtest.h>

namespace blip::test {
namespace {

ModelConfig small_config() {
  ModelConfig config;
  config.vision.width = 16;
  config.vision.image_size = 56;
  config.vision.patch_size = 14;
  config.blip2.emplace();
  config.blip2->qformer.queries = 8;
  config.blip2->qformer.width = 12;
  return config;
}

TEST(FeatureSize, IsTheQFormersOutputInFrontOfALanguageModel) {
  for (const Layout layout : {Layout::kBlip2Opt, Layout::kBlip2T5}) {
    const FeatureSize size = feature_size(layout, small_config());
    EXPECT_EQ(size.tokens, 8);
    EXPECT_EQ(size.width, 12);
  }
}

TEST(FeatureSize, IsTheImageEncodersElsewhere) {
  for (const Layout layout : {Layout::kCaptioner, Layout::kBlip2Matcher, Layout::kBlip2Qformer}) {
    const FeatureSize size = feature_size(layout, small_config());
    EXPECT_EQ(size.tokens, 17);  // 4 x 4 patches and [CLS]
    EXPECT_EQ(size.width, 16);
  }
}

TEST(FeatureSize, OfAnotherModelIsAnErrorThatNamesBoth) {
  EXPECT_NO_THROW(expect_feature_size(Matrix(8, 12), {8, 12}));
  for (const Matrix& other : {Matrix(9, 12), Matrix(8, 11), Matrix()}) {
    try {
      expect_feature_size(other, {8, 12});
      ADD_FAILURE() << other.rows;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
      EXPECT_NE(std::string(error.what()).find("8 of 12"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace blip::test
