#include "core/checkpoint/config_writer.h"

#include <nlohmann/json.hpp>

#include "core/checkpoint/config_reader.h"
#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip {
namespace {

TEST(ConfigWriter, WritesWhatTheReaderReads) {
  const ModelConfig model = test::small_config(Layout::kMatcher);
  const DeclaredConfig config = parse_config(config_json({.model = model, .layout = Layout::kMatcher}), "c.json");
  EXPECT_EQ(config.embed_width, model.embed_width);
  EXPECT_EQ(config.vision.width, model.vision.width);
  EXPECT_EQ(config.vision.depth, model.vision.depth);
  EXPECT_EQ(config.vision.heads, model.vision.heads);
  EXPECT_EQ(config.vision.mlp_width, model.vision.mlp_width);
  EXPECT_EQ(config.vision.image_size, model.vision.image_size);
  EXPECT_EQ(config.vision.patch_size, model.vision.patch_size);
  EXPECT_EQ(config.vision.layer_norm_eps, model.vision.layer_norm_eps);
  EXPECT_EQ(config.text.vocab_size, model.text.vocab_size);
  EXPECT_EQ(config.text.width, model.text.width);
  EXPECT_EQ(config.text.depth, model.text.depth);
  EXPECT_EQ(config.text.heads, model.text.heads);
  EXPECT_EQ(config.text.ffn_width, model.text.ffn_width);
  EXPECT_EQ(config.text.max_positions, model.text.max_positions);
  EXPECT_EQ(config.text.cross_width, model.vision.width);
  EXPECT_EQ(config.text.layer_norm_eps, model.text.layer_norm_eps);
}

TEST(ConfigWriter, NamesTheClassOfTransformersAndTheSpecialTokens) {
  const std::vector<std::pair<Layout, std::string>> classes{{Layout::kCaptioner, "BlipForConditionalGeneration"},
                                                            {Layout::kVqa, "BlipForQuestionAnswering"},
                                                            {Layout::kMatcher, "BlipForImageTextRetrieval"}};
  for (const auto& [layout, name] : classes) {
    const auto json = nlohmann::json::parse(config_json(
        {.model = test::small_config(layout), .layout = layout, .ids = {.pad = 0, .sep = 102, .decode = 30522}}));
    EXPECT_EQ(json["architectures"], nlohmann::json::array({name}));
    EXPECT_EQ(json["text_config"]["bos_token_id"], 30522);
    EXPECT_EQ(json["text_config"]["sep_token_id"], 102);
    EXPECT_EQ(json["text_config"]["pad_token_id"], 0);
  }
}

TEST(ConfigWriter, PreprocessorHasThePictureSizeAndBicubicResampling) {
  const auto json = nlohmann::json::parse(preprocessor_config_json(384));
  EXPECT_EQ(json["size"]["height"], 384);
  EXPECT_EQ(json["size"]["width"], 384);
  EXPECT_EQ(json["resample"], 3);
}

}  // namespace
}  // namespace blip
