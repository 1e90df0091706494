#include "core/checkpoint/blip2_shapes.h"

#include "tests/core/checkpoint/blip2_support.h"

namespace blip {
namespace {

std::size_t count(Layout layout) {
  return expected_tensors(layout, test::small_blip2_config(layout)).size();
}

// By hand from LAVIS' classes: a ViT has 4 + 12 a block + 2. A Q-Former layer has 10 of self-attention and 6 of each
// feed-forward, every second one 10 of cross-attention: layers 0 and 2 of 3.
TEST(Blip2Shapes, EveryTensorOfTheOriginalClasses) {
  const std::size_t vit = 4 + 2 * 12 + 2, queries = 1 + 2 + 3 * (10 + 6) + 2 * 10, texts = 2 + 3 * 6;
  const std::size_t heads = 4 + 2, lm_head = 7, opt = 2 + 2 * 16 + 2, t5 = 1 + (2 * 9 + 2) + (1 * 14 + 2) + 1;
  // OPT: 2 tables, a layer has 8 of attention, 2 norms of 2, 2 linear layers of 2; T5's encoder blocks have 5 + 4
  // tensors, its decoder blocks 5 + 5 + 4, each stack a bias table and a norm; one table, one head.
  EXPECT_EQ(count(Layout::kBlip2Matcher), vit + queries + texts + heads);
  EXPECT_EQ(count(Layout::kBlip2Qformer), vit + queries + texts + heads + lm_head);
  EXPECT_EQ(count(Layout::kBlip2Opt), vit + queries + 2 + opt);
  EXPECT_EQ(count(Layout::kBlip2T5), vit + queries + 2 + t5);
}

TEST(Blip2Shapes, CrossAttentionReadsThePictureInEverySecondLayer) {
  const TensorShapes shapes = expected_tensors(Layout::kBlip2Opt, test::small_blip2_config(Layout::kBlip2Opt));
  const auto key = [](int layer) {
    return "Qformer.bert.encoder.layer." + std::to_string(layer) + ".crossattention.self.key.weight";
  };
  EXPECT_EQ(shapes.at(key(0)), (std::vector<std::int64_t>{8, 6}));
  EXPECT_FALSE(shapes.contains(key(1)));
  EXPECT_TRUE(shapes.contains(key(2)));
}

TEST(Blip2Shapes, TablesHaveTheirOwnRows) {
  const ModelConfig opt = test::small_blip2_config(Layout::kBlip2Opt);
  const TensorShapes shapes = expected_tensors(Layout::kBlip2Opt, opt);
  EXPECT_EQ(shapes.at("language_model.model.decoder.embed_positions.weight"), (std::vector<std::int64_t>{11 + 2, 14}));
  EXPECT_FALSE(shapes.contains("language_model.lm_head.weight")) << "tied";
  const TensorShapes t5 = expected_tensors(Layout::kBlip2T5, test::small_blip2_config(Layout::kBlip2T5));
  EXPECT_EQ(t5.at("language_model.encoder.block.0.layer.0.SelfAttention.q.weight"),
            (std::vector<std::int64_t>{2 * 8, 14}))
      << "heads times their width, not the model's width";
  EXPECT_EQ(t5.at("language_model.decoder.block.0.layer.1.EncDecAttention.o.weight"),
            (std::vector<std::int64_t>{14, 2 * 8}));
  EXPECT_TRUE(t5.contains("language_model.lm_head.weight"));
}

TEST(Blip2Shapes, ClipHasALayerNormInFront) {
  ModelConfig config = test::small_blip2_config(Layout::kBlip2Matcher);
  const std::size_t before = expected_tensors(Layout::kBlip2Matcher, config).size();
  config.vision.pre_norm = true;
  const TensorShapes shapes = expected_tensors(Layout::kBlip2Matcher, config);
  EXPECT_EQ(shapes.size(), before + 2);
  EXPECT_TRUE(shapes.contains("visual_encoder.norm_pre.weight"));
}

}  // namespace
}  // namespace blip
