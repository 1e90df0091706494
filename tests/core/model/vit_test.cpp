#include "core/model/vit.h"

#include <gtest/gtest.h>

#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

VisionConfig small() {
  VisionConfig config;
  config.width = 12;
  config.depth = 2;
  config.heads = 3;
  config.mlp_width = 20;
  config.image_size = 8;
  config.patch_size = 4;
  return config;
}

class VitTest : public testing::Test {
 protected:
  VitTest() { fill(*vit_); }
  torch::NoGradGuard no_grad_;
  Vit vit_{small()};
};

TEST_F(VitTest, GivesOneTokenAPatchAndTheClassToken) {
  EXPECT_EQ(small().tokens(), 5);
  EXPECT_EQ(vit_(waves({2, 3, 8, 8})).sizes(), (std::vector<int64_t>{2, 5, 12}));
}

TEST_F(VitTest, ImagesOfABatchDoNotSeeEachOther) {
  const auto images = waves({2, 3, 8, 8});
  EXPECT_LE(max_difference(vit_(images).narrow(0, 1, 1), vit_(images.narrow(0, 1, 1))), 1e-5);
}

// Without position embeddings a transformer does not know the order of its patches: exchanging two halves of the
// picture exchanges their tokens and leaves [CLS] as it was.
TEST_F(VitTest, WithoutPositionsPatchesAreASet) {
  vit_->named_parameters()["pos_embed"].zero_();
  const auto image = waves({1, 3, 8, 8});
  const auto swapped = torch::cat({image.narrow(2, 4, 4), image.narrow(2, 0, 4)}, 2);
  const auto tokens = vit_(image), exchanged = vit_(swapped);
  const auto order = torch::tensor({0, 3, 4, 1, 2});
  EXPECT_LE(max_difference(tokens.index_select(1, order), exchanged), 1e-5);
}

TEST_F(VitTest, WithPositionsTheirOrderMatters) {
  const auto image = waves({1, 3, 8, 8});
  const auto swapped = torch::cat({image.narrow(2, 4, 4), image.narrow(2, 0, 4)}, 2);
  EXPECT_GT(max_difference(vit_(image).select(1, 0), vit_(swapped).select(1, 0)), 1e-3);
}

TEST_F(VitTest, TheLastNormCoversEveryToken) {
  for (auto& parameter : vit_->named_parameters()) {
    if (parameter.key() == "norm.weight") parameter.value().zero_();
  }
  const auto bias = vit_->named_parameters()["norm.bias"];
  EXPECT_LE(max_difference(vit_(waves({1, 3, 8, 8})), bias.expand({1, 5, 12})), 1e-6);
}

// BLIP-2's CLIP ViT-L has a norm in front of its blocks: what the tokens are multiplied with is lost in it.
TEST_F(VitTest, APreNormMakesTheScaleOfTheTokensMeaningless) {
  VisionConfig config = small();
  config.pre_norm = true;
  config.layer_norm_eps = 1e-12;
  Vit vit(config);
  fill(*vit);
  const auto before = vit(waves({1, 3, 8, 8}));
  for (auto& parameter : vit->named_parameters()) {
    const std::string& name = parameter.key();
    if (name == "cls_token" || name == "pos_embed" || name.starts_with("patch_embed.")) parameter.value().mul_(3);
  }
  EXPECT_LE(max_difference(vit(waves({1, 3, 8, 8})), before), 1e-4);
  EXPECT_FALSE(vit_->named_parameters().contains("norm_pre.weight"));
}

TEST_F(VitTest, TheLastNormMayHaveAnEpsilonOfItsOwn) {
  VisionConfig config = small();
  config.last_norm_eps = 1e4;  // far above any variance here: what comes out is small
  Vit vit(config);
  fill(*vit);
  for (auto& parameter : vit->named_parameters()) {
    if (parameter.key() == "norm.bias") parameter.value().zero_();
  }
  EXPECT_LT(vit(waves({1, 3, 8, 8})).abs().max().item<double>(), 0.5);
}

TEST_F(VitTest, TheActivationIsTheConfigs) {
  VisionConfig config = small();
  config.activation = Activation::kQuickGelu;
  Vit quick(config);
  fill(*quick);
  const auto image = waves({1, 3, 8, 8});
  const double difference = max_difference(quick(image), vit_(image));
  EXPECT_GT(difference, 1e-5);
  EXPECT_LT(difference, 0.5);
}

TEST_F(VitTest, AnImageOfAnotherSizeIsRefused) {
  EXPECT_THROW(vit_(waves({1, 3, 12, 12})), c10::Error);
}

}  // namespace
}  // namespace blip::test
