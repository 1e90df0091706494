#include "core/checkpoint/key_map.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "core/checkpoint/layout.h"
#include "core/checkpoint/safetensors_reader.h"
#include "core/checkpoint/torch_reader.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/golden.h"

namespace blip {
namespace {

TEST(KeyMap, TranslatesTheVisionTowerBothWays) {
  const std::vector<std::pair<const char*, const char*>> pairs{
      {"visual_encoder.cls_token", "vision_model.embeddings.class_embedding"},
      {"visual_encoder.pos_embed", "vision_model.embeddings.position_embedding"},
      {"visual_encoder.patch_embed.proj.weight", "vision_model.embeddings.patch_embedding.weight"},
      {"visual_encoder.blocks.0.norm1.weight", "vision_model.encoder.layers.0.layer_norm1.weight"},
      {"visual_encoder.blocks.11.norm2.bias", "vision_model.encoder.layers.11.layer_norm2.bias"},
      {"visual_encoder.blocks.3.attn.qkv.weight", "vision_model.encoder.layers.3.self_attn.qkv.weight"},
      {"visual_encoder.blocks.3.attn.proj.bias", "vision_model.encoder.layers.3.self_attn.projection.bias"},
      {"visual_encoder.blocks.23.mlp.fc1.weight", "vision_model.encoder.layers.23.mlp.fc1.weight"},
      {"visual_encoder.blocks.23.mlp.fc2.bias", "vision_model.encoder.layers.23.mlp.fc2.bias"},
      {"visual_encoder.norm.weight", "vision_model.post_layernorm.weight"},
  };
  for (const auto& [original, hugging_face] : pairs) {
    EXPECT_EQ(original_name(hugging_face), original);
    EXPECT_EQ(hugging_face_name(original), hugging_face);
  }
}

TEST(KeyMap, LeavesEveryOtherNameAsItIs) {
  for (const char* name : {"text_encoder.embeddings.word_embeddings.weight", "text_decoder.cls.predictions.bias",
                           "itm_head.weight", "vision_proj.bias", "temp", "visual_encoder_m.cls_token",
                           "vision_model.encoder.layers.", "visual_encoder.blocks.3", "vision_model.other", ""}) {
    EXPECT_EQ(original_name(name), name);
    EXPECT_EQ(hugging_face_name(name), name);
  }
}

TEST(KeyMapGolden, EveryNameGoesThereAndBack) {
  int names = 0, translated = 0;
  for (const auto& item : std::filesystem::recursive_directory_iterator(test::golden_dir())) {
    if (item.path().filename() != "model.safetensors") continue;
    for (const auto& [name, view] : read_safetensors_file(item.path())) {
      const std::string original = original_name(name);
      EXPECT_EQ(hugging_face_name(original), name);
      translated += original == name ? 0 : 1;
      ++names;
    }
  }
  for (const auto& item : std::filesystem::directory_iterator(test::golden_dir() / "pth")) {
    if (item.path().extension() != ".pth") continue;
    for (const auto& [name, view] : read_torch_file(item.path())) {
      EXPECT_EQ(original_name(hugging_face_name(name)), name);
      ++names;
    }
  }
  EXPECT_GT(names, 0);
  EXPECT_GT(translated, 0);
}

}  // namespace
}  // namespace blip
