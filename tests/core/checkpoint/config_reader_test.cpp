#include "core/checkpoint/config_reader.h"

#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;

std::string error(const std::string& json) {
  return error_of([&] { parse_config(json, "c.json"); });
}

TEST(ConfigReader, ReadsTheFieldsThatSizesDependOn) {
  const DeclaredConfig config = parse_config(
      R"({"model_type": "blip", "image_text_hidden_size": 256, "extra": [1, {}],
          "vision_config": {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096,
                            "image_size": 384, "patch_size": 16, "layer_norm_eps": 1e-5, "hidden_act": "gelu"},
          "text_config": {"vocab_size": 30524, "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
                          "intermediate_size": 3072, "max_position_embeddings": 512, "encoder_hidden_size": 1024, "layer_norm_eps": 1e-12}})",
      "c.json");
  EXPECT_EQ(config.embed_width, 256);
  EXPECT_EQ(config.vision.width, 1024);
  EXPECT_EQ(config.vision.depth, 24);
  EXPECT_EQ(config.vision.heads, 16);
  EXPECT_EQ(config.vision.mlp_width, 4096);
  EXPECT_EQ(config.vision.image_size, 384);
  EXPECT_EQ(config.vision.patch_size, 16);
  EXPECT_EQ(config.vision.layer_norm_eps, 1e-5);
  EXPECT_EQ(config.text.vocab_size, 30524);
  EXPECT_EQ(config.text.width, 768);
  EXPECT_EQ(config.text.depth, 12);
  EXPECT_EQ(config.text.heads, 12);
  EXPECT_EQ(config.text.ffn_width, 3072);
  EXPECT_EQ(config.text.max_positions, 512);
  EXPECT_EQ(config.text.cross_width, 1024);
  EXPECT_EQ(config.text.layer_norm_eps, 1e-12);
  EXPECT_EQ(config.source, "c.json");
}

TEST(ConfigReader, FieldsMayBeAbsentOrNull) {
  const DeclaredConfig config =
      parse_config(R"({"vision_config": {"hidden_size": null}, "text_config": null})", "c.json");
  EXPECT_FALSE(config.vision.width.has_value());
  EXPECT_FALSE(config.text.heads.has_value());
}

TEST(ConfigReader, IsStrictlyTyped) {
  EXPECT_THAT(error(R"({"vision_config": {"hidden_size": "768"}})"),
              HasSubstr("'c.json': vision_config.hidden_size is '\"768\"', expected a whole number from 1"));
  EXPECT_THAT(error(R"({"vision_config": {"hidden_size": 768.0}})"), HasSubstr("vision_config.hidden_size"));
  EXPECT_THAT(error(R"({"vision_config": {"hidden_size": true}})"), HasSubstr("vision_config.hidden_size"));
  EXPECT_THAT(error(R"({"vision_config": {"image_size": [384, 384]}})"),
              HasSubstr("vision_config.image_size is 'array'"));
  EXPECT_THAT(error(R"({"text_config": {"vocab_size": 0}})"), HasSubstr("text_config.vocab_size"));
  EXPECT_THAT(error(R"({"text_config": {"vocab_size": -5}})"), HasSubstr("text_config.vocab_size"));
  EXPECT_THAT(error(R"({"text_config": {"vocab_size": 18446744073709551615}})"), HasSubstr("text_config.vocab_size"));
  EXPECT_THAT(error(R"({"text_config": {"layer_norm_eps": 0}})"), HasSubstr("text_config.layer_norm_eps"));
  EXPECT_THAT(error(R"({"text_config": {"layer_norm_eps": "1e-5"}})"), HasSubstr("between 0 and 1"));
  EXPECT_THAT(error(R"({"text_config": []})"), HasSubstr("text_config is 'array', expected an object"));
  EXPECT_THAT(error(R"({"text_config": {"hidden_act": "relu"}})"),
              HasSubstr("text_config.hidden_act is '\"relu\"', expected 'gelu'"));
  EXPECT_THAT(error(R"({"model_type": "clip"})"), HasSubstr("model_type is '\"clip\"', expected 'blip' or 'blip-2'"));
  EXPECT_THAT(error("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(error("{"), HasSubstr("not valid JSON"));
}

TEST(ConfigReader, NamesTheFile) {
  const test::TempDir dir;
  test::write_text(dir / "config.json", R"({"text_config": 1})");
  EXPECT_THAT(error_of([&] { read_config_file(dir / "config.json"); }), HasSubstr((dir / "config.json").string()));
}

}  // namespace
}  // namespace blip
