#include "core/checkpoint/model_sizes.h"

#include "core/checkpoint/layout.h"
#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

DeclaredConfig heads(std::int64_t vision, std::int64_t text) {
  DeclaredConfig declared;
  declared.source = "c.json";
  declared.vision.heads = vision;
  declared.text.heads = text;
  return declared;
}

ResolvedConfig resolve(const TensorMap& tensors, Layout layout, const DeclaredConfig& declared) {
  return resolve_config(tensors, layout, declared, "x.pth");
}

std::string error(const TensorMap& tensors, Layout layout, const DeclaredConfig& declared) {
  return error_of([&] { resolve(tensors, layout, declared); });
}

// A model in which only the shapes matter.
TensorMap shapes_only(Layout layout, const ModelConfig& config) {
  TensorMap tensors;
  for (const auto& [name, shape] : expected_tensors(layout, config)) tensors[name].shape = shape;
  return tensors;
}

TEST(ModelSizes, AreReadFromTheTensorsOfEveryLayout) {
  for (const Layout layout : {Layout::kCaptioner, Layout::kVqa, Layout::kMatcher, Layout::kNlvr, Layout::kPretrain}) {
    const ModelConfig expected = test::small_config(layout);
    const ResolvedConfig resolved = resolve(test::small_model(layout), layout, heads(2, 2));
    const ModelConfig& config = resolved.config;
    EXPECT_EQ(config.vision.width, expected.vision.width);
    EXPECT_EQ(config.vision.depth, expected.vision.depth);
    EXPECT_EQ(config.vision.mlp_width, expected.vision.mlp_width);
    EXPECT_EQ(config.vision.image_size, expected.vision.image_size);
    EXPECT_EQ(config.vision.patch_size, expected.vision.patch_size);
    EXPECT_EQ(config.text.vocab_size, expected.text.vocab_size);
    EXPECT_EQ(config.text.width, expected.text.width);
    EXPECT_EQ(config.text.depth, expected.text.depth);
    EXPECT_EQ(config.text.ffn_width, expected.text.ffn_width);
    EXPECT_EQ(config.text.max_positions, expected.text.max_positions);
    EXPECT_EQ(config.embed_width, expected.embed_width);
    EXPECT_EQ(config.encoder_cross_width, expected.encoder_cross_width);
    EXPECT_EQ(config.decoder_cross_width, expected.decoder_cross_width);
    EXPECT_EQ(resolved.grid, expected.vision.grid());
    EXPECT_THAT(resolved.warnings, IsEmpty());
  }
}

TEST(ModelSizes, ReadTheLargeModelWithoutAConfig) {
  ModelConfig large;
  large.vision = {.width = 1024, .depth = 24, .heads = 16, .mlp_width = 4096, .image_size = 384, .patch_size = 16};
  large.text = {.vocab_size = 30524, .width = 768, .depth = 12, .heads = 12, .ffn_width = 3072, .max_positions = 512};
  large.decoder_cross_width = 1024;
  const ResolvedConfig resolved = resolve(shapes_only(Layout::kCaptioner, large), Layout::kCaptioner, {});
  EXPECT_EQ(resolved.config.vision.heads, 16);
  EXPECT_EQ(resolved.config.vision.depth, 24);
  EXPECT_EQ(resolved.config.vision.image_size, 384);
  EXPECT_EQ(resolved.config.text.heads, 12);
  EXPECT_EQ(resolved.config.decoder_cross_width, 1024);
  EXPECT_EQ(resolved.config.vision.layer_norm_eps, 1e-6);
  EXPECT_EQ(resolved.config.text.layer_norm_eps, 1e-12);
}

TEST(ModelSizes, AskForAConfigWhereHeadsCannotBeCounted) {
  EXPECT_THAT(error(test::small_model(Layout::kCaptioner), Layout::kCaptioner, {}), HasSubstr("--config"));
}

TEST(ModelSizes, CorrectTheHeadsThatPublishedConfigsGotWrong) {
  ModelConfig base;
  base.vision = {.width = 768, .depth = 1, .heads = 12, .mlp_width = 3072, .image_size = 32, .patch_size = 16};
  base.text = {.vocab_size = 20, .width = 768, .depth = 1, .heads = 12, .ffn_width = 3072, .max_positions = 8};
  base.decoder_cross_width = 768;
  const ResolvedConfig resolved = resolve(shapes_only(Layout::kCaptioner, base), Layout::kCaptioner, heads(12, 8));
  EXPECT_EQ(resolved.config.text.heads, 12);
  ASSERT_EQ(resolved.warnings.size(), 1u);
  EXPECT_THAT(resolved.warnings[0], HasSubstr("num_attention_heads is 8"));
  EXPECT_EQ(resolve(shapes_only(Layout::kCaptioner, base), Layout::kCaptioner, heads(12, 6)).config.text.heads, 6);
}

TEST(ModelSizes, RefuseHeadsThatDoNotDivide) {
  EXPECT_THAT(error(test::small_model(Layout::kCaptioner), Layout::kCaptioner, heads(4, 2)),
              HasSubstr("vision_config.num_attention_heads is 4 in 'c.json'"));
  EXPECT_THAT(error(test::small_model(Layout::kCaptioner), Layout::kCaptioner, heads(2, 3)),
              HasSubstr("text_config.num_attention_heads is 3 in 'c.json'"));
}

TEST(ModelSizes, EveryContradictionNamesBothSides) {
  const TensorMap tensors = test::small_model(Layout::kMatcher);
  const auto contradiction = [&](auto change) {
    DeclaredConfig declared = heads(2, 2);
    change(declared);
    return error(tensors, Layout::kMatcher, declared);
  };
  EXPECT_THAT(contradiction([](auto& c) { c.vision.width = 99; }),
              HasSubstr("vision_config.hidden_size is 99 in 'c.json', but visual_encoder.cls_token says 6"));
  EXPECT_THAT(contradiction([](auto& c) { c.vision.depth = 99; }), HasSubstr("vision_config.num_hidden_layers is 99"));
  EXPECT_THAT(contradiction([](auto& c) { c.vision.mlp_width = 99; }),
              HasSubstr("vision_config.intermediate_size is 99"));
  EXPECT_THAT(contradiction([](auto& c) { c.vision.patch_size = 99; }), HasSubstr("vision_config.patch_size is 99"));
  EXPECT_THAT(contradiction([](auto& c) { c.text.vocab_size = 99; }), HasSubstr("text_config.vocab_size is 99"));
  EXPECT_THAT(contradiction([](auto& c) { c.text.width = 99; }), HasSubstr("text_config.hidden_size is 99"));
  EXPECT_THAT(contradiction([](auto& c) { c.text.depth = 99; }), HasSubstr("text_config.num_hidden_layers is 99"));
  EXPECT_THAT(contradiction([](auto& c) { c.text.ffn_width = 99; }), HasSubstr("text_config.intermediate_size is 99"));
  EXPECT_THAT(contradiction([](auto& c) { c.text.max_positions = 99; }),
              HasSubstr("text_config.max_position_embeddings is 99"));
  EXPECT_THAT(contradiction([](auto& c) { c.embed_width = 99; }), HasSubstr("image_text_hidden_size is 99"));
}

TEST(ModelSizes, AWrongCrossWidthInTheConfigIsAWarning) {
  DeclaredConfig declared = heads(2, 2);
  declared.text.cross_width = 768;
  const ResolvedConfig resolved = resolve(test::small_model(Layout::kCaptioner), Layout::kCaptioner, declared);
  EXPECT_EQ(resolved.config.decoder_cross_width, 6);
  ASSERT_EQ(resolved.warnings.size(), 1u);
  EXPECT_THAT(resolved.warnings[0], HasSubstr("encoder_hidden_size is 768"));
}

TEST(ModelSizes, WeightsThatContradictEachOtherAreAnError) {
  TensorMap tensors = test::small_model(Layout::kCaptioner);
  tensors["text_decoder.bert.encoder.layer.0.crossattention.self.key.weight"].shape = {4, 5};
  EXPECT_THAT(error(tensors, Layout::kCaptioner, heads(2, 2)),
              HasSubstr("reads states of width 5, but visual_encoder makes states of width 6"));
  tensors = test::small_model(Layout::kCaptioner);
  tensors["visual_encoder.pos_embed"].shape = {1, 6, 6};
  EXPECT_THAT(error(tensors, Layout::kCaptioner, heads(2, 2)),
              HasSubstr("has 6 rows, expected a square of patches and one more"));
}

TEST(ModelSizes, HostileNamesAndShapesAreErrorsAndTakeNoMemory) {
  TensorMap tensors = test::small_model(Layout::kCaptioner);
  tensors.emplace("visual_encoder.blocks.999999999999999999999.norm1.weight", test::tensor_of({1}, {1}));
  tensors.emplace("visual_encoder.blocks.2000000000.norm1.weight", test::tensor_of({1}, {1}));
  EXPECT_EQ(resolve(tensors, Layout::kCaptioner, heads(2, 2)).config.vision.depth, 2);
  tensors["visual_encoder.cls_token"].shape = {1, 1, 0};
  EXPECT_THAT(error(tensors, Layout::kCaptioner, heads(2, 2)),
              HasSubstr("visual_encoder.cls_token has the shape [1, 1, 0]"));
  tensors["visual_encoder.cls_token"].shape = {1, 1, INT64_MAX};
  EXPECT_THAT(error(tensors, Layout::kCaptioner, heads(2, 2)), HasSubstr("visual_encoder.cls_token has the shape"));
  tensors.erase("visual_encoder.cls_token");
  EXPECT_THAT(error(tensors, Layout::kCaptioner, heads(2, 2)), HasSubstr("1 missing: visual_encoder.cls_token"));
}

}  // namespace
}  // namespace blip
