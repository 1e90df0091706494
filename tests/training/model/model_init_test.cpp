#include "training/model/model_init.h"

#include <cmath>

#include "core/model/shared_parameters.h"
#include "gtest/gtest.h"

namespace blip {
namespace {

ModelConfig wide() {
  ModelConfig config;
  config.vision = {.width = 64, .depth = 1, .heads = 4, .mlp_width = 256, .image_size = 16, .patch_size = 8};
  config.text = {.vocab_size = 300, .width = 64, .depth = 1, .heads = 4, .ffn_width = 128, .max_positions = 20};
  config.embed_width = 32;
  config.encoder_cross_width = config.decoder_cross_width = 64;
  return config;
}

TEST(ModelInit, DrawsWhatTheOriginalDraws) {
  torch::manual_seed(11);
  Blip model(wide(), Layout::kPretrain);
  draw_weights(model);
  const auto all = model->named_parameters();
  for (const auto& parameter : all) {
    const auto& name = parameter.key();
    const auto& tensor = parameter.value();
    ASSERT_TRUE(tensor.isfinite().all().item<bool>()) << name;
    const bool norm = name.find("norm") != std::string::npos || name.find("LayerNorm") != std::string::npos;
    if (!norm) continue;
    EXPECT_TRUE(tensor.eq(name.ends_with(".weight") ? 1 : 0).all().item<bool>()) << name;
  }
  const auto deviation = [&](const char* name) { return all[name].std().item<double>(); };
  // Over thousands of numbers the deviation is known to a few per cent.
  EXPECT_NEAR(deviation("visual_encoder.blocks.0.attn.qkv.weight"), 0.02, 0.001);
  EXPECT_NEAR(deviation("text_encoder.embeddings.word_embeddings.weight"), 0.02, 0.001);
  // Uniform within 1 / sqrt(inputs): a deviation of that over sqrt(3).
  EXPECT_NEAR(deviation("vision_proj.weight"), 1 / std::sqrt(3.0 * 64), 0.003);
  EXPECT_LE(all["vision_proj.bias"].abs().max().item<double>(), 1 / std::sqrt(64.0));
  EXPECT_NEAR(deviation("visual_encoder.patch_embed.proj.weight"), 1 / std::sqrt(3.0 * 192), 0.002);
  EXPECT_TRUE(all["visual_encoder.blocks.0.mlp.fc1.bias"].eq(0).all().item<bool>());
}

TEST(ModelInit, ASeedGivesTheSameWeights) {
  Blip first(wide(), Layout::kCaptioner), second(wide(), Layout::kCaptioner);
  torch::manual_seed(3);
  draw_weights(first);
  torch::manual_seed(3);
  draw_weights(second);
  const auto others = second->named_parameters();
  for (const auto& parameter : first->named_parameters()) {
    EXPECT_TRUE(torch::equal(parameter.value(), others[parameter.key()])) << parameter.key();
  }
}

}  // namespace
}  // namespace blip
