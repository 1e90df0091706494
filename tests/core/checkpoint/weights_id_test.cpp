#include "core/checkpoint/weights_id.h"

#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip {
namespace {

const ModelConfig kConfig = test::small_config(Layout::kCaptioner);

TEST(WeightsId, IsSixteenHexDigitsAndStable) {
  const std::string id = weights_id(test::small_model(Layout::kCaptioner), kConfig);
  EXPECT_EQ(id.size(), 16u);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(weights_id(test::small_model(Layout::kCaptioner), kConfig), id);
}

TEST(WeightsId, DependsOnTheVisionWeightsOnly) {
  TensorMap tensors = test::small_model(Layout::kCaptioner);
  const std::string id = weights_id(tensors, kConfig);
  tensors.erase("text_decoder.cls.predictions.bias");
  EXPECT_EQ(weights_id(tensors, kConfig), id);
  for (const std::string name :
       {"visual_encoder.cls_token", "visual_encoder.blocks.1.mlp.fc2.weight", "visual_encoder.norm.bias"}) {
    TensorMap changed = tensors;
    std::vector<float> values = test::floats_of(tensors.at(name));
    values.back() += 1e-6F;
    changed[name] = test::tensor_of(values, tensors.at(name).shape);
    EXPECT_NE(weights_id(changed, kConfig), id) << name;
  }
}

TEST(WeightsId, DependsOnEverythingElseThatFeaturesDependOn) {
  const TensorMap tensors = test::small_model(Layout::kCaptioner);
  const std::string id = weights_id(tensors, kConfig);
  ModelConfig config = kConfig;
  config.vision.layer_norm_eps = 1e-5;
  EXPECT_NE(weights_id(tensors, config), id);
  config = kConfig;
  config.vision.heads = 3;
  EXPECT_NE(weights_id(tensors, config), id);
  TensorMap reshaped = tensors;
  reshaped.at("visual_encoder.norm.bias").shape = {1, 6};
  EXPECT_NE(weights_id(reshaped, kConfig), id);
}

TEST(WeightsId, SeesChangesOfLargeTensors) {
  std::vector<float> values(1'000'000, 0.5F);
  const auto id = [&] { return weights_id({{"visual_encoder.w", test::tensor_of(values, {1000, 1000})}}, kConfig); };
  const std::string before = id();
  values.front() = 1;
  const std::string first = id();
  values.back() = 1;
  EXPECT_NE(first, before);
  EXPECT_NE(id(), first);
}

TEST(EmbedderId, DependsOnTheProjectionsAndTheVisionWeights) {
  TensorMap tensors = test::small_model(Layout::kMatcher);
  const std::string id = embedder_id(tensors, kConfig, "0123456789abcdef");
  EXPECT_EQ(id.size(), 16u);
  EXPECT_NE(embedder_id(tensors, kConfig, "0123456789abcdee"), id);
  for (const std::string name : {"vision_proj.weight", "text_proj.bias"}) {
    TensorMap changed = tensors;
    std::vector<float> values = test::floats_of(tensors.at(name));
    values.back() += 1e-6F;
    changed[name] = test::tensor_of(values, tensors.at(name).shape);
    EXPECT_NE(embedder_id(changed, kConfig, "0123456789abcdef"), id) << name;
  }
}

TEST(EmbedderId, IsEmptyWithoutAContrastiveHead) {
  EXPECT_EQ(embedder_id(test::small_model(Layout::kCaptioner), kConfig, "0123456789abcdef"), "");
}

}  // namespace
}  // namespace blip
