#include "core/checkpoint/language_config_reader.h"

#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;

DeclaredLanguage parse(const std::string& json) {
  return parse_language_config(json, "llm/config.json");
}
std::string unsupported(const std::string& json) {
  return error_of([&] { parse(json); }, ErrorKind::kUnsupported);
}

TEST(LanguageConfigReader, ReadsOpt) {
  const DeclaredLanguage opt = parse(
      R"({"model_type": "opt", "vocab_size": 50272, "hidden_size": 2560, "word_embed_proj_dim": 2560, "num_hidden_layers": 32,
          "num_attention_heads": 32, "ffn_dim": 10240, "max_position_embeddings": 2048, "eos_token_id": 50118})");
  EXPECT_EQ(opt.kind, LanguageModelKind::kOpt);
  EXPECT_EQ(opt.vocab_size, 50272);
  EXPECT_EQ(opt.width, 2560);
  EXPECT_EQ(opt.depth, 32);
  EXPECT_EQ(opt.heads, 32);
  EXPECT_EQ(opt.ffn_width, 10240);
  EXPECT_EQ(opt.max_positions, 2048);
  EXPECT_EQ(opt.end_token, 50118);
  EXPECT_EQ(opt.start_token, 2);
  EXPECT_EQ(opt.pad_token, 1);
  EXPECT_EQ(opt.activation, Activation::kRelu);
}

TEST(LanguageConfigReader, TheActivationOfT5OverridesItsFeedForward) {
  const std::string gated = R"({"model_type": "t5", "feed_forward_proj": "gated-gelu")";
  EXPECT_EQ(parse(gated + "}").activation, Activation::kGeluTanh);
  EXPECT_EQ(parse(gated + R"(, "dense_act_fn": "gelu_new"})").activation, Activation::kGeluTanh);
  EXPECT_EQ(parse(gated + R"(, "dense_act_fn": "gelu"})").activation, Activation::kGelu);
  EXPECT_THAT(error_of([&] { parse(gated + R"(, "dense_act_fn": "silu"})"); }), HasSubstr("dense_act_fn"));
}

TEST(LanguageConfigReader, T5HasTransformersDefaults) {
  const DeclaredLanguage t5 = parse(R"({"model_type": "t5", "feed_forward_proj": "gated-gelu", "num_layers": 24})");
  EXPECT_EQ(t5.kind, LanguageModelKind::kT5);
  EXPECT_EQ(t5.decoder_depth, 24) << "as deep as the encoder unless it says so";
  EXPECT_EQ(t5.max_distance, 128);
  EXPECT_EQ(t5.start_token, 0);
  EXPECT_EQ(t5.end_token, 1);
  EXPECT_EQ(t5.pad_token, 0);
}

TEST(LanguageConfigReader, RefusesWhatIsNotComputedHere) {
  EXPECT_THAT(unsupported(R"({"model_type": "llama"})"), HasSubstr("'llama': expected 'opt' or 't5'"));
  EXPECT_THAT(unsupported(R"({"model_type": "opt", "hidden_size": 1024, "word_embed_proj_dim": 512})"),
              HasSubstr("word_embed_proj_dim is 512 and hidden_size 1024"));
  EXPECT_THAT(unsupported(R"({"model_type": "opt", "do_layer_norm_before": false})"),
              HasSubstr("do_layer_norm_before is false"));
  EXPECT_THAT(unsupported(R"({"model_type": "opt", "_remove_final_layer_norm": true})"), HasSubstr("opt-350m"));
  EXPECT_THAT(unsupported(R"({"model_type": "opt", "enable_bias": false})"), HasSubstr("enable_bias"));
  EXPECT_THAT(unsupported(R"({"model_type": "t5"})"),
              HasSubstr("'relu', which is not supported: expected 'gated-gelu'"));
  EXPECT_THAT(error_of([] { parse(R"({"model_type": "opt", "activation_function": "gelu"})"); }), HasSubstr("'relu'"));
  EXPECT_THAT(error_of([] { parse("{}"); }), HasSubstr("model_type is missing"));
  EXPECT_THAT(error_of([] { parse("[]"); }), HasSubstr("no JSON object"));
}

}  // namespace
}  // namespace blip
