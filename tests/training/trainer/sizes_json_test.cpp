#include "training/trainer/sizes_json.h"

#include <nlohmann/json.hpp>

#include "gtest/gtest.h"

namespace blip {
namespace {

TEST(SizesJson, EveryFieldOfABlip2ComesBack) {
  ModelConfig config;
  config.vision = {1, 2, 3, 4, 5, 6, 0.5, 0.25, true, Activation::kQuickGelu};
  config.embed_width = 9;
  Blip2Config blip2;
  blip2.qformer = {1, 2, 3, 4, 5, 6, 7, 8, 9, true, 0.125};
  blip2.language = {LanguageModelKind::kT5, 1,    2, 3,  4,     5,   6,  7,  8,
                    Activation::kGeluTanh,  true, 9, 10, false, 0.5, 11, 12, 13};
  blip2.image_token = 14;
  config.blip2 = blip2;
  const auto written = model_sizes_json(config);
  const ModelConfig read = model_sizes_from_json(written);
  EXPECT_EQ(model_sizes_json(read), written);
  EXPECT_EQ(read.vision.activation, Activation::kQuickGelu);
  EXPECT_TRUE(read.vision.pre_norm);
  EXPECT_EQ(read.vision.last_norm_eps, 0.25);
  EXPECT_EQ(read.blip2->qformer.max_positions, 9);
  EXPECT_TRUE(read.blip2->qformer.lm_head);
  EXPECT_EQ(read.blip2->language.kind, LanguageModelKind::kT5);
  EXPECT_EQ(read.blip2->language.max_distance, 10);
  EXPECT_FALSE(read.blip2->language.tied_head);
  EXPECT_EQ(read.blip2->language.pad_token, 13);
  EXPECT_EQ(read.blip2->image_token, 14);
}

TEST(SizesJson, ACheckpointOfBlipHasNoMore) {
  const auto sizes = nlohmann::json::parse(R"({
    "vision": {"width": 8, "depth": 1, "heads": 2, "mlp_width": 16, "image_size": 8, "patch_size": 4,
               "layer_norm_eps": 1e-6},
    "text": {"vocab_size": 9, "width": 8, "depth": 1, "heads": 2, "ffn_width": 16, "max_positions": 5,
             "layer_norm_eps": 1e-12},
    "embed_width": 4, "encoder_cross_width": 8, "decoder_cross_width": 8})");
  const ModelConfig config = model_sizes_from_json(sizes);
  EXPECT_FALSE(config.blip2.has_value());
  EXPECT_EQ(config.vision.mlp_width, 16);
  EXPECT_EQ(config.vision.activation, Activation::kGelu);
  EXPECT_THROW(model_sizes_from_json(nlohmann::json{{"vision", 1}}), nlohmann::json::exception);
}

}  // namespace
}  // namespace blip
