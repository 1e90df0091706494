#include "core/checkpoint/blip2_config_writer.h"

#include <nlohmann/json.hpp>

#include "core/checkpoint/config_reader.h"
#include "tests/core/checkpoint/blip2_support.h"

namespace blip {
namespace {

DeclaredConfig written(ModelConfig model, Layout layout) {
  return parse_config(blip2_config_json({.model = std::move(model), .layout = layout}), "config.json");
}

TEST(Blip2ConfigWriter, WritesWhatTheReaderReads) {
  for (const Layout layout : test::kBlip2Layouts) {
    const ModelConfig model = test::small_blip2_config(layout);
    const DeclaredConfig said = written(model, layout);
    EXPECT_EQ(said.family, DeclaredFamily::kBlip2);
    EXPECT_EQ(said.vision.width, model.vision.width);
    EXPECT_EQ(said.vision.activation, Activation::kGelu);
    EXPECT_EQ(said.vision.last_norm_eps, model.vision.last_norm_eps);
    EXPECT_EQ(said.qformer.queries, model.blip2->qformer.queries);
    EXPECT_EQ(said.qformer.heads, model.blip2->qformer.heads);
    EXPECT_EQ(said.qformer.cross_width, model.blip2->qformer.cross_width);
    ASSERT_EQ(said.language.has_value(), layout_parts(layout).language_model);
    if (!said.language) continue;
    EXPECT_EQ(said.language->kind, model.blip2->language.kind);
    EXPECT_EQ(said.language->vocab_size, model.blip2->language.vocab_size);
    EXPECT_EQ(said.language->activation, model.blip2->language.activation);
    EXPECT_EQ(said.language->end_token, model.blip2->language.end_token);
    EXPECT_EQ(said.language->tied_head, model.blip2->language.tied_head);
  }
}

TEST(Blip2ConfigWriter, SaysWhatClipNeeds) {
  ModelConfig model = test::small_blip2_config(Layout::kBlip2Matcher);
  model.vision.pre_norm = true;
  model.vision.activation = Activation::kQuickGelu;
  const DeclaredConfig said = written(model, Layout::kBlip2Matcher);
  EXPECT_EQ(said.vision.pre_norm, true);
  EXPECT_EQ(said.vision.activation, Activation::kQuickGelu);
}

TEST(Blip2ConfigWriter, TheLanguageModelByItselfIsReadAsOne) {
  const LanguageModelConfig opt = test::small_blip2_config(Layout::kBlip2Opt).blip2->language;
  const DeclaredLanguage said = parse_language_config(language_config_json(opt, "float16"), "config.json");
  EXPECT_EQ(said.kind, LanguageModelKind::kOpt);
  EXPECT_EQ(said.heads, opt.heads);
  EXPECT_EQ(said.end_token, opt.start_token) << "OPT's own </s>";
  const auto generation = nlohmann::json::parse(generation_config_json(opt));
  EXPECT_EQ(generation.at("eos_token_id"), opt.end_token);
  EXPECT_EQ(nlohmann::json::parse(blip2_processor_config_json(32)).at("num_query_tokens"), 32);
}

}  // namespace
}  // namespace blip
