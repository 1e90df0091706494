#include "core/checkpoint/vision_layout.h"

#include "core/checkpoint/vision_state_dict.h"
#include "tests/core/checkpoint/blip2_support.h"

namespace blip {
namespace {

TensorMap encoder(const std::vector<float>& bias) {
  return {{"visual_encoder.cls_token", test::tensor_of({1, 2}, {1, 1, 2})},
          {"visual_encoder.blocks.0.attn.qkv.weight", test::tensor_of(std::vector<float>(12, 1), {6, 2})},
          {"visual_encoder.blocks.0.attn.qkv.bias", test::tensor_of(bias, {6})}};
}

TEST(VisionLayout, AnEncoderWithoutKeyBiasesIsEvas) {
  const TensorMap vision = encoder({1, 2, 0, 0, 5, 6}), eva = lavis_vision_tensors(vision);
  EXPECT_THAT(test::floats_of(eva.at("blocks.0.attn.q_bias")), ::testing::ElementsAre(1, 2));
  EXPECT_THAT(test::floats_of(eva.at("blocks.0.attn.v_bias")), ::testing::ElementsAre(5, 6));
  EXPECT_FALSE(eva.contains("blocks.0.attn.qkv.bias"));
  test::expect_same_tensors(read_vision_state_dict(eva, {}, "v.pth").tensors, vision);
}

TEST(VisionLayout, OneWithKeyBiasesKeepsThem) {
  const TensorMap vision = encoder({1, 2, 3, 4, 5, 6});
  test::expect_same_tensors(read_vision_state_dict(lavis_vision_tensors(vision), {}, "v.pth").tensors, vision);
}

}  // namespace
}  // namespace blip
