#include "core/model/blip2/blip2.h"

#include <gtest/gtest.h>

namespace blip::test {
namespace {

ModelConfig config(LanguageModelKind kind) {
  ModelConfig config;
  config.vision = {.width = 8, .depth = 1, .heads = 2, .mlp_width = 12, .image_size = 8, .patch_size = 4};
  config.embed_width = 6;
  config.blip2.emplace();
  config.blip2->qformer = {.queries = 2,
                           .width = 8,
                           .depth = 2,
                           .heads = 2,
                           .ffn_width = 12,
                           .cross_width = 8,
                           .vocab_size = 11,
                           .max_positions = 9};
  config.blip2->language = {.kind = kind,
                            .vocab_size = 13,
                            .width = 10,
                            .depth = 1,
                            .decoder_depth = 1,
                            .heads = 2,
                            .head_width = 5,
                            .ffn_width = 12,
                            .max_positions = 10,
                            .position_buckets = 8,
                            .max_distance = 16};
  return config;
}

bool has(Blip2& model, const std::string& beginning) {
  for (const auto& parameter : model->named_parameters()) {
    if (parameter.key().starts_with(beginning)) return true;
  }
  return false;
}

TEST(Blip2, HoldsThePartsOfItsLayout) {
  Blip2 matcher(config(LanguageModelKind::kOpt), Layout::kBlip2Matcher);
  for (const char* part :
       {"visual_encoder.", "query_tokens", "Qformer.bert.", "vision_proj.", "text_proj.", "itm_head."})
    EXPECT_TRUE(has(matcher, part)) << part;
  EXPECT_FALSE(has(matcher, "language"));

  Blip2 opt(config(LanguageModelKind::kOpt), Layout::kBlip2Opt);
  EXPECT_TRUE(has(opt, "language_projection."));
  EXPECT_TRUE(has(opt, "language_model.model.decoder.layers.0."));
  EXPECT_FALSE(has(opt, "itm_head."));
  EXPECT_TRUE(opt->t5.is_empty());

  Blip2 t5(config(LanguageModelKind::kT5), Layout::kBlip2T5);
  EXPECT_TRUE(has(t5, "language_model.encoder.block.0."));
  EXPECT_TRUE(t5->opt.is_empty());
}

TEST(Blip2, NeedsItsSizes) {
  EXPECT_THROW(Blip2(ModelConfig{}, Layout::kBlip2Opt), c10::Error);
}

}  // namespace
}  // namespace blip::test
