#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/float_values.h"
#include "core/checkpoint/safetensors_reader.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/golden.h"
#include "tests/support/safetensors_file.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

Checkpoint open(const fs::path& path, std::int64_t image_size = 0) {
  return open_checkpoint({.model = path.string(), .image_size = image_size});
}

// Every checkpoint of the reference data: the .pth files and the directories with a config.json and weights.
std::vector<fs::path> golden_models() {
  std::vector<fs::path> models;
  for (const fs::path& root : {test::golden_dir(), test::golden_dir() / "pth", test::shapes_dir()}) {
    for (const auto& item : fs::directory_iterator(root)) {
      const bool is_directory =
          fs::exists(item.path() / "model.safetensors") || fs::exists(item.path() / "model.safetensors.index.json");
      if (is_directory || item.path().extension() == ".pth") models.push_back(item.path());
    }
  }
  return models;
}

TEST(CheckpointGolden, EveryModelLoadsWithItsLayoutAndSizes) {
  const std::map<std::string, Layout> layouts{{"caption", Layout::kCaptioner}, {"vqa", Layout::kVqa},
                                              {"itm", Layout::kMatcher},       {"retrieval", Layout::kMatcher},
                                              {"nlvr", Layout::kNlvr},         {"pretrain", Layout::kPretrain}};
  int models = 0;
  for (const fs::path& path : golden_models()) {
    const Checkpoint checkpoint = open(path);
    ++models;
    for (const auto& [word, layout] : layouts) {
      if (path.filename().string().find(word) == std::string::npos) continue;
      EXPECT_EQ(checkpoint.layout, layout) << path;
    }
    std::ifstream config_file(fs::is_directory(path) ? path / "config.json"
                              : fs::exists(path.parent_path() / (path.stem().string() + ".config.json"))
                                  ? path.parent_path() / (path.stem().string() + ".config.json")
                                  : path.parent_path() / "config.json");
    const auto config = nlohmann::json::parse(config_file);
    EXPECT_EQ(checkpoint.config.vision.heads, config["vision_config"]["num_attention_heads"]) << path;
    EXPECT_EQ(checkpoint.config.text.heads, config["text_config"]["num_attention_heads"]) << path;
    EXPECT_EQ(checkpoint.config.vision.image_size, config["vision_config"]["image_size"]) << path;
    EXPECT_EQ(checkpoint.config.vision.layer_norm_eps, config["vision_config"]["layer_norm_eps"]) << path;
    EXPECT_EQ(checkpoint.config.text.vocab_size, config["text_config"]["vocab_size"]) << path;
    EXPECT_EQ(checkpoint.config.text.width, config["text_config"]["hidden_size"]) << path;
    EXPECT_TRUE(checkpoint.warnings.empty()) << path << ": " << checkpoint.warnings.front();
  }
  EXPECT_GT(models, 0);
}

TEST(CheckpointGolden, ShardsHoldTheSameModelAsOneFile) {
  const Checkpoint sharded = open(test::golden_dir() / "hf-caption-sharded-tiny"),
                   single = open(test::golden_dir() / "hf-caption-tiny");
  test::expect_same_tensors(sharded.tensors, single.tensors);
  EXPECT_EQ(sharded.weights_id, single.weights_id);
}

TEST(CheckpointGolden, TheOlderFormatHoldsTheSameModel) {
  const Checkpoint older = open(test::golden_dir() / "pth/itm.legacy.pth"),
                   newer = open(test::golden_dir() / "pth/itm.pth");
  test::expect_same_tensors(older.tensors, newer.tensors);
  EXPECT_EQ(older.weights_id, newer.weights_id);
}

TEST(CheckpointGolden, TheCaptioningPartIsTheSameInHalfPrecision) {
  const Checkpoint half = open(test::shapes_dir() / "hf-caption"), full = open(test::shapes_dir() / "pretrain.pth");
  ASSERT_FALSE(half.tensors.empty());
  for (const auto& [name, view] : half.tensors) {
    ASSERT_TRUE(full.tensors.contains(name)) << name;
    const auto rounded = float_values(view), exact = float_values(full.tensors.at(name));
    ASSERT_EQ(rounded.size(), exact.size()) << name;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      // binary16 has 11 significant bits; below 2^-14 its step is 2^-24.
      ASSERT_NEAR(rounded[i], exact[i], std::fabs(exact[i]) * 0x1p-11F + 0x1p-25F) << name << " at " << i;
    }
  }
}

TEST(CheckpointGolden, TiedNamesShareTheirBytes) {
  std::ifstream file(test::golden_dir() / "pth/pretrain.expected.json");
  const auto expected = nlohmann::json::parse(file);
  ASSERT_FALSE(expected["tied_names"].empty());
  const Checkpoint checkpoint = open(test::golden_dir() / "pth/pretrain.pth");
  const auto find = [&](const std::string& name) {
    const auto found = checkpoint.tensors.find(name);
    return found == checkpoint.tensors.end() ? nullptr : found->second.data;
  };
  int pairs = 0;
  for (const auto& names : expected["tied_names"]) {
    const void* first = find(names[0]);
    for (const auto& name : names) {
      if (first == nullptr || find(name) == nullptr) continue;
      EXPECT_EQ(find(name), first) << name;
      ++pairs;
    }
  }
  EXPECT_GT(pairs, 0);
}

TEST(CheckpointGolden, OpensAtAnotherPictureSize) {
  const test::SafetensorsFile expected(test::golden_dir() / "pth/pretrain.expected.safetensors");
  int cases = 0;
  for (const std::string& name : expected.names()) {
    constexpr std::string_view kPrefix = "pos_embed_";
    if (!name.starts_with(kPrefix) || name.starts_with("pos_embed_m_")) continue;
    ++cases;
    const std::int64_t size = std::stoll(name.substr(kPrefix.size()));
    const Checkpoint checkpoint = open(test::golden_dir() / "pth/pretrain.pth", size);
    EXPECT_EQ(checkpoint.config.vision.image_size, size);
    const auto actual = test::floats_of(checkpoint.tensors.at("visual_encoder.pos_embed")),
               wanted = expected.floats(name);
    ASSERT_EQ(actual.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) ASSERT_NEAR(actual[i], wanted[i], 1e-6) << name << " at " << i;
  }
  EXPECT_GT(cases, 0);
}

}  // namespace
}  // namespace blip
