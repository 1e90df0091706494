#include "core/checkpoint/blip2_key_map.h"

#include "tests/core/checkpoint/blip2_support.h"

namespace blip {
namespace {

TEST(Blip2KeyMap, TranslatesEachKindOfName) {
  const std::pair<const char*, const char*> pairs[] = {
      {"vision_model.embeddings.class_embedding", "visual_encoder.cls_token"},
      {"vision_model.encoder.layers.7.self_attn.qkv.bias", "visual_encoder.blocks.7.attn.qkv.bias"},
      {"vision_model.post_layernorm.weight", "visual_encoder.norm.weight"},
      {"query_tokens", "query_tokens"},
      {"qformer.layernorm.bias", "Qformer.bert.embeddings.LayerNorm.bias"},
      {"qformer.encoder.layer.10.attention.attention.key.weight",
       "Qformer.bert.encoder.layer.10.attention.self.key.weight"},
      {"qformer.encoder.layer.2.crossattention.attention.value.bias",
       "Qformer.bert.encoder.layer.2.crossattention.self.value.bias"},
      {"qformer.encoder.layer.2.attention.output.dense.bias",
       "Qformer.bert.encoder.layer.2.attention.output.dense.bias"},
      {"qformer.encoder.layer.0.output_query.LayerNorm.weight",
       "Qformer.bert.encoder.layer.0.output_query.LayerNorm.weight"},
      {"embeddings.word_embeddings.weight", "Qformer.bert.embeddings.word_embeddings.weight"},
      {"vision_projection.weight", "vision_proj.weight"},
      {"text_projection.bias", "text_proj.bias"},
      {"itm_head.weight", "itm_head.weight"},
      {"language_projection.weight", "language_projection.weight"},
      {"language_model.model.decoder.layers.0.fc1.weight", "language_model.model.decoder.layers.0.fc1.weight"},
  };
  for (const auto& [hugging_face, inside] : pairs) {
    EXPECT_EQ(blip2_name_of_hugging_face(hugging_face), inside);
    EXPECT_EQ(hugging_face_name_of_blip2(inside), hugging_face);
  }
}

TEST(Blip2KeyMap, LavisNamesTellTheLanguageModel) {
  EXPECT_EQ(blip2_name_of_lavis("ln_vision.bias"), "visual_encoder.norm.bias");
  EXPECT_EQ(blip2_name_of_lavis("opt_proj.weight"), "language_projection.weight");
  EXPECT_EQ(blip2_name_of_lavis("t5_proj.weight"), "language_projection.weight");
  EXPECT_EQ(blip2_name_of_lavis("t5_model.shared.weight"), "language_model.shared.weight");
  EXPECT_EQ(lavis_name_of_blip2("language_projection.bias", LanguageModelKind::kOpt), "opt_proj.bias");
  EXPECT_EQ(lavis_name_of_blip2("language_projection.bias", LanguageModelKind::kT5), "t5_proj.bias");
}

TEST(Blip2KeyMap, EveryNameOfEveryLayoutComesBack) {
  for (const Layout layout : test::kBlip2Layouts) {
    std::set<std::string> hugging_face;
    for (const auto& [name, shape] : expected_tensors(layout, test::small_blip2_config(layout))) {
      const std::string outside = hugging_face_name_of_blip2(name);
      EXPECT_TRUE(hugging_face.insert(outside).second) << outside;
      EXPECT_EQ(blip2_name_of_hugging_face(outside), name);
      for (const auto kind : {LanguageModelKind::kOpt, LanguageModelKind::kT5})
        EXPECT_EQ(blip2_name_of_lavis(lavis_name_of_blip2(name, kind)), name);
    }
  }
}

}  // namespace
}  // namespace blip
