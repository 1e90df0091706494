#include "core/checkpoint/vision_state_dict.h"

#include <numeric>

#include "tests/core/checkpoint/blip2_support.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TensorView filled(std::vector<std::int64_t> shape, float first) {
  const TensorView size{nullptr, DType::kFloat32, shape, nullptr};
  std::vector<float> values(static_cast<std::size_t>(size.element_count()));
  std::iota(values.begin(), values.end(), first);
  return test::tensor_of(values, std::move(shape));
}

TensorMap eva(int blocks, std::int64_t width = 2) {
  TensorMap tensors{{"cls_token", filled({1, 1, width}, 1)},
                    {"pos_embed", filled({1, 5, width}, 2)},
                    {"patch_embed.proj.weight", filled({width, 3, 1, 1}, 3)},
                    {"patch_embed.proj.bias", filled({width}, 4)}};
  for (int i = 0; i < blocks; ++i) {
    const std::string block = "blocks." + std::to_string(i) + ".";
    tensors.emplace(block + "norm1.weight", filled({width}, 5));
    tensors.emplace(block + "attn.qkv.weight", filled({3, 1}, 6));  // no size is looked at here
    tensors.emplace(block + "attn.q_bias", filled({width}, 10));
    tensors.emplace(block + "attn.v_bias", filled({width}, 20));
  }
  return tensors;
}

std::int64_t depth_of(const VisionStateDict& vision) {
  std::int64_t depth = 0;
  while (vision.tensors.contains("visual_encoder.blocks." + std::to_string(depth) + ".attn.qkv.weight")) ++depth;
  return depth;
}

TEST(VisionStateDict, EvasTwoBiasesBecomeOneWithNothingForTheKey) {
  const VisionStateDict vision = read_vision_state_dict(eva(2), {}, "v.pth");
  EXPECT_FALSE(vision.clip);
  EXPECT_THAT(test::floats_of(vision.tensors.at("visual_encoder.blocks.1.attn.qkv.bias")),
              ElementsAre(10, 11, 0, 0, 20, 21));
  EXPECT_FALSE(vision.tensors.contains("visual_encoder.blocks.1.attn.q_bias"));
  EXPECT_EQ(vision.tensors.count("visual_encoder.patch_embed.proj.bias"), 1u);
}

TEST(VisionStateDict, AWholeClassifierLosesItsLastBlockAndWhatFollows) {
  TensorMap tensors = eva(3);
  tensors.emplace("norm.weight", filled({2}, 0));
  tensors.emplace("head.weight", filled({4, 2}, 0));
  const VisionStateDict vision = read_vision_state_dict(tensors, {}, "v.pth");
  EXPECT_EQ(depth_of(vision), 2);
  EXPECT_FALSE(vision.tensors.contains("visual_encoder.norm.weight"));
  EXPECT_FALSE(vision.tensors.contains("visual_encoder.head.weight"));
  EXPECT_EQ(depth_of(read_vision_state_dict(eva(3), {}, "v.pth")), 3) << "a file that ends with its blocks keeps them";
  EXPECT_EQ(depth_of(read_vision_state_dict(tensors, 3, "v.pth")), 3) << "the config overrules it";
}

TEST(VisionStateDict, ViTgHas39Blocks) {
  EXPECT_EQ(depth_of(read_vision_state_dict(eva(40, 1408), {}, "v.pth")), 39);
  EXPECT_EQ(depth_of(read_vision_state_dict(eva(39, 1408), {}, "v.pth")), 39);
}

TEST(VisionStateDict, TrainedAlongItStandsUnderItsModule) {
  TensorMap tensors{{"query_tokens", filled({1, 2, 2}, 0)}};
  for (const auto& [name, view] : eva(2)) tensors.emplace("visual_encoder." + name, view);
  const VisionStateDict vision = read_vision_state_dict(tensors, {}, "v.pth");
  EXPECT_EQ(depth_of(vision), 2);
  EXPECT_FALSE(vision.tensors.contains("query_tokens"));
}

TensorMap clip(int blocks, std::int64_t width = 2, std::int64_t inner = 2) {
  TensorMap tensors{{"class_embedding", filled({width}, 1)},
                    {"positional_embedding", filled({5, width}, 2)},
                    {"conv1.weight", filled({width, 3, 1, 1}, 3)},
                    {"ln_pre.weight", filled({width}, 4)},
                    {"ln_pre.bias", filled({width}, 4)},
                    {"ln_post.weight", filled({width}, 4)},
                    {"proj", filled({width, 3}, 4)}};
  for (int i = 0; i < blocks; ++i) {
    const std::string block = "transformer.resblocks." + std::to_string(i) + ".";
    for (const char* name :
         {"ln_1.weight", "ln_1.bias", "ln_2.weight", "ln_2.bias", "attn.out_proj.bias", "mlp.c_proj.bias"})
      tensors.emplace(block + name, filled({width}, 5));
    tensors.emplace(block + "attn.in_proj_weight", filled({3 * inner, inner}, 6));
    tensors.emplace(block + "attn.in_proj_bias", filled({3 * inner}, 7));
    tensors.emplace(block + "attn.out_proj.weight", filled({inner, inner}, 8));
    tensors.emplace(block + "mlp.c_fc.weight", filled({4 * inner, inner}, 9));
    tensors.emplace(block + "mlp.c_fc.bias", filled({4 * inner}, 9));
    tensors.emplace(block + "mlp.c_proj.weight", filled({inner, 4 * inner}, 9));
  }
  return tensors;
}

TEST(VisionStateDict, ClipsNamesBecomeBlips) {
  const VisionStateDict vision = read_vision_state_dict(clip(3), {}, "c.pth");
  EXPECT_TRUE(vision.clip);
  EXPECT_EQ(depth_of(vision), 2);
  ModelConfig config;
  config.vision = {.width = 2, .depth = 2, .heads = 1, .mlp_width = 8, .image_size = 2, .patch_size = 1};
  config.vision.pre_norm = true;
  for (const auto& [name, shape] : expected_tensors(Layout::kBlip2Matcher, config)) {
    if (!name.starts_with("visual_encoder.") || name.starts_with("visual_encoder.norm.")) continue;
    ASSERT_TRUE(vision.tensors.contains(name)) << name;
    EXPECT_EQ(vision.tensors.at(name).shape, shape) << name;
  }
  EXPECT_THAT(test::floats_of(vision.tensors.at("visual_encoder.patch_embed.proj.bias")), ElementsAre(0, 0));
  EXPECT_THAT(test::floats_of(vision.tensors.at("visual_encoder.blocks.0.attn.qkv.bias")),
              ElementsAre(7, 8, 9, 10, 11, 12));
  EXPECT_EQ(vision.tensors.size(), 6u + 2 * 12) << "nothing else is taken";
}

TEST(VisionStateDict, ViTLHas23Blocks) {
  EXPECT_EQ(depth_of(read_vision_state_dict(clip(24, 1024), {}, "c.pth")), 23);
}

TEST(VisionStateDict, ABlipEncoderKeepsAllItsBlocks) {
  const TensorMap blip = test::small_model(Layout::kCaptioner);
  const VisionStateDict vision = read_vision_state_dict(blip, {}, "b.pth");
  EXPECT_EQ(depth_of(vision), 2);
  EXPECT_FALSE(vision.tensors.contains("visual_encoder.norm.weight")) << "ln_vision takes its place";
  EXPECT_TRUE(vision.tensors.contains("visual_encoder.blocks.0.attn.qkv.bias"));
}

TEST(VisionStateDict, SaysWhatItLooksFor) {
  EXPECT_THAT(error_of([] {
                read_vision_state_dict({{"a", filled({1}, 0)}}, {}, "v.pth");
              }),
              HasSubstr("'v.pth': holds no image encoder: expected EVA-CLIP's tensors"));
  TensorMap uneven = eva(1);
  uneven["blocks.0.attn.v_bias"] = filled({3}, 0);
  EXPECT_THAT(error_of([&] { read_vision_state_dict(uneven, {}, "v.pth"); }),
              HasSubstr("blocks.0.attn.q_bias is [2], attn.v_bias [3]"));
}

}  // namespace
}  // namespace blip
