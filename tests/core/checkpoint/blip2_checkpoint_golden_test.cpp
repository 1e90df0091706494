#include <fstream>
#include <nlohmann/json.hpp>

#include "core/checkpoint/checkpoint.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/golden.h"
#include "tests/support/golden2_checkpoint.h"
#include "tests/support/safetensors_file.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;

json read_json(const fs::path& path) {
  std::ifstream in(path);
  return json::parse(in);
}

std::vector<fs::path> directories() {
  std::vector<fs::path> found;
  for (const auto& item : fs::directory_iterator(test::golden2_dir())) {
    if (item.path().filename().string().starts_with("hf-")) found.push_back(item.path());
  }
  EXPECT_FALSE(found.empty());
  return found;
}

void expect_vision(const VisionConfig& found, const json& said) {
  EXPECT_EQ(found.width, said["hidden_size"]);
  EXPECT_EQ(found.depth, said["num_hidden_layers"]);
  EXPECT_EQ(found.heads, said["num_attention_heads"]);
  EXPECT_EQ(found.mlp_width, said["intermediate_size"]);
  EXPECT_EQ(found.image_size, said["image_size"]);
  EXPECT_EQ(found.patch_size, said["patch_size"]);
  EXPECT_EQ(found.layer_norm_eps, said["layer_norm_eps"]);
}

void expect_qformer(const QFormerConfig& found, const json& config) {
  const json& said = config["qformer_config"];
  EXPECT_EQ(found.queries, config["num_query_tokens"]);
  EXPECT_EQ(found.width, said["hidden_size"]);
  EXPECT_EQ(found.depth, said["num_hidden_layers"]);
  EXPECT_EQ(found.heads, said["num_attention_heads"]);
  EXPECT_EQ(found.ffn_width, said["intermediate_size"]);
  EXPECT_EQ(found.cross_frequency, said["cross_attention_frequency"]);
  EXPECT_EQ(found.cross_width, said["encoder_hidden_size"]);
  EXPECT_EQ(found.layer_norm_eps, said["layer_norm_eps"]);
  const bool reads_text = said["use_qformer_text_input"];
  EXPECT_EQ(found.vocab_size, reads_text ? said["vocab_size"].get<std::int64_t>() : 0);
  EXPECT_EQ(found.max_positions, reads_text ? said["max_position_embeddings"].get<std::int64_t>() : 0);
}

void expect_opt(const LanguageModelConfig& found, const json& said) {
  EXPECT_EQ(found.kind, LanguageModelKind::kOpt);
  EXPECT_EQ(found.width, said["hidden_size"]);
  EXPECT_EQ(found.depth, said["num_hidden_layers"]);
  EXPECT_EQ(found.heads, said["num_attention_heads"]);
  EXPECT_EQ(found.head_width * found.heads, found.width);
  EXPECT_EQ(found.ffn_width, said["ffn_dim"]);
  EXPECT_EQ(found.max_positions, said["max_position_embeddings"]);
  EXPECT_EQ(found.activation, Activation::kRelu);
  EXPECT_EQ(found.start_token, said["bos_token_id"]);
  EXPECT_TRUE(found.tied_head);
  EXPECT_FALSE(found.gated);
}

void expect_t5(const LanguageModelConfig& found, const json& said) {
  EXPECT_EQ(found.kind, LanguageModelKind::kT5);
  EXPECT_EQ(found.width, said["d_model"]);
  EXPECT_EQ(found.depth, said["num_layers"]);
  EXPECT_EQ(found.decoder_depth, said["num_decoder_layers"]);
  EXPECT_EQ(found.heads, said["num_heads"]);
  EXPECT_EQ(found.head_width, said["d_kv"]);
  EXPECT_EQ(found.ffn_width, said["d_ff"]);
  EXPECT_EQ(found.position_buckets, said["relative_attention_num_buckets"]);
  EXPECT_EQ(found.max_distance, said["relative_attention_max_distance"]);
  EXPECT_EQ(found.layer_norm_eps, said["layer_norm_epsilon"]);
  EXPECT_EQ(found.start_token, said["decoder_start_token_id"]);
  EXPECT_EQ(found.end_token, said["eos_token_id"]);
  EXPECT_EQ(found.activation, Activation::kGelu);
  EXPECT_TRUE(found.gated);
  EXPECT_FALSE(found.tied_head);
}

void expect_language(const LanguageModelConfig& found, const json& said) {
  EXPECT_EQ(found.vocab_size, said["vocab_size"]);
  EXPECT_EQ(found.pad_token, said["pad_token_id"]);
  if (said["model_type"] == "opt") {
    expect_opt(found, said);
  } else {
    expect_t5(found, said);
  }
}

TEST(Blip2CheckpointGolden, DirectoriesOpenWithTheSizesOfTheirConfigs) {
  for (const fs::path& path : directories()) {
    SCOPED_TRACE(path.filename().string());
    const json config = read_json(path / "config.json");
    const Checkpoint checkpoint = open_checkpoint({.model = path.string()});
    EXPECT_EQ(checkpoint.family, CheckpointFamily::kTransformers);
    EXPECT_TRUE(checkpoint.warnings.empty());
    expect_vision(checkpoint.config.vision, config["vision_config"]);
    EXPECT_EQ(checkpoint.config.vision.last_norm_eps, config["vision_config"]["layer_norm_eps"]);
    ASSERT_TRUE(checkpoint.config.blip2);
    expect_qformer(checkpoint.config.blip2->qformer, config);
    EXPECT_EQ(checkpoint.config.blip2->image_token, config["image_token_index"]);
    if (config["architectures"][0] == "Blip2ForImageTextRetrieval") {
      EXPECT_EQ(checkpoint.layout, Layout::kBlip2Matcher);
      EXPECT_EQ(checkpoint.config.embed_width, config["image_text_hidden_size"]);
      EXPECT_EQ(checkpoint.vocab, path / "vocab.txt");
      EXPECT_TRUE(checkpoint.language_tokenizer.empty());
      EXPECT_FALSE(checkpoint.embedder_id.empty());
      continue;
    }
    const bool opt = config["use_decoder_only_language_model"];
    EXPECT_EQ(checkpoint.layout, opt ? Layout::kBlip2Opt : Layout::kBlip2T5);
    EXPECT_TRUE(checkpoint.vocab.empty());
    EXPECT_EQ(checkpoint.language_tokenizer, path);
    const LanguageModelConfig& language = checkpoint.config.blip2->language;
    expect_language(language, config["text_config"]);
    EXPECT_EQ(language.end_token, config["text_config"]["eos_token_id"]);
    EXPECT_TRUE(checkpoint.embedder_id.empty());
  }
}

// ln_vision is the LAVIS models' own epsilon; the rest of what the two say is one model.
TEST(Blip2CheckpointGolden, LavisFilesHoldTheModelsOfTheDirectories) {
  const test::LavisGolden lavis;
  const std::vector<std::pair<CheckpointOptions, std::string>> pairs{{lavis.opt(), "hf-blip2-opt-tiny"},
                                                                     {lavis.t5(), "hf-blip2-t5-tiny"}};
  for (const auto& [options, name] : pairs) {
    SCOPED_TRACE(name);
    const fs::path directory = test::golden2_dir() / name;
    const Checkpoint original = open_checkpoint(options), other = open_checkpoint({.model = directory.string()});
    EXPECT_EQ(original.family, CheckpointFamily::kOriginal);
    EXPECT_EQ(original.layout, other.layout);
    EXPECT_TRUE(original.warnings.empty());
    test::expect_same_tensors(original.tensors, other.tensors);
    const json config = read_json(directory / "config.json");
    expect_vision(original.config.vision, config["vision_config"]);
    EXPECT_EQ(original.config.vision.last_norm_eps, 1e-5);
    expect_qformer(original.config.blip2->qformer, config);
    expect_language(original.config.blip2->language, config["text_config"]);
    EXPECT_EQ(original.config.blip2->language.end_token, other.config.blip2->language.end_token);
    EXPECT_NE(original.weights_id, other.weights_id) << "the epsilons of ln_vision differ, so the features do";
  }
}

TEST(Blip2CheckpointGolden, StageOneOpensWithItsCaptioningHead) {
  const Checkpoint checkpoint = open_checkpoint(test::LavisGolden().stage1());
  EXPECT_EQ(checkpoint.layout, Layout::kBlip2Qformer);
  EXPECT_TRUE(checkpoint.warnings.empty());
  const test::SafetensorsFile expected(test::golden2_dir() / "lavis/stage1/expected.safetensors");
  const QFormerConfig& qformer = checkpoint.config.blip2->qformer;
  EXPECT_EQ(qformer.queries, expected.shape("image_embeds")[1]);
  EXPECT_EQ(qformer.width, expected.shape("image_embeds")[2]);
  EXPECT_EQ(qformer.vocab_size, expected.shape("caption_logits")[2]);
  EXPECT_TRUE(qformer.lm_head);
  EXPECT_EQ(checkpoint.config.embed_width, expected.shape("image_embeds_proj")[2]);
  EXPECT_EQ(checkpoint.config.vision.tokens(), expected.shape("image_states")[1]);
  EXPECT_EQ(checkpoint.training_state.count("temp"), 1u);
  EXPECT_FALSE(checkpoint.embedder_id.empty());
}

TEST(Blip2CheckpointGolden, EveryNameOfTheFilesIsKnown) {
  const test::LavisGolden lavis;
  for (const CheckpointOptions& options : {lavis.stage1(), lavis.opt(), lavis.t5()}) {
    const Checkpoint checkpoint = open_checkpoint(options);
    const json said = read_json(fs::path(options.model).parent_path() / "expected.json");
    ASSERT_FALSE(said["checkpoint_keys"].empty());
    for (const std::string name : said["checkpoint_keys"]) {
      const bool tied = name.ends_with("embed_tokens.weight") || name == "opt_model.lm_head.weight";
      const bool kept = checkpoint.tensors.contains(name) || checkpoint.training_state.contains(name) ||
                        name.starts_with("ln_vision.") || name.find("_proj.") != std::string::npos;
      EXPECT_TRUE(kept || tied) << name;
    }
  }
}

void expect_positions(const Checkpoint& checkpoint, const test::SafetensorsFile& expected, const std::string& name) {
  const auto found = test::floats_of(checkpoint.tensors.at("visual_encoder.pos_embed")), wanted = expected.floats(name);
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) ASSERT_NEAR(found[i], wanted[i], 1e-6) << name << " at " << i;
}

TEST(Blip2CheckpointGolden, OpensAtAnotherPictureSize) {
  const test::SafetensorsFile expected(test::golden2_dir() / "lavis/stage1/expected.safetensors");
  const test::LavisGolden lavis;
  int cases = 0;
  for (const std::string& name : expected.names()) {
    constexpr std::string_view kPrefix = "pos_embed_";
    if (!name.starts_with(kPrefix)) continue;
    ++cases;
    CheckpointOptions options = lavis.stage1();
    options.image_size = std::stoll(name.substr(kPrefix.size()));
    const Checkpoint checkpoint = open_checkpoint(options);
    EXPECT_EQ(checkpoint.config.vision.image_size, options.image_size);
    expect_positions(checkpoint, expected, name);
  }
  EXPECT_GT(cases, 0);
}

TEST(Blip2CheckpointGolden, RefusesTheLanguageModelOfTheOtherFamily) {
  const test::LavisGolden lavis;
  CheckpointOptions options = lavis.opt();
  options.language = lavis.t5().model;
  options.language = (fs::path(options.language).parent_path() / "llm").string();
  EXPECT_THAT(test::error_of([&] { open_checkpoint(options); }),
              AllOf(HasSubstr("was trained with an OPT"), HasSubstr("is a T5")));
}

TEST(Blip2CheckpointGolden, RefusesTheTokenizerOfTheOtherFamily) {
  const test::LavisGolden lavis;
  for (const bool opt : {true, false}) {
    CheckpointOptions options = opt ? lavis.opt() : lavis.t5();
    options.vocab = (test::golden2_dir() / (opt ? "hf-blip2-t5-tiny" : "hf-blip2-opt-tiny")).string();
    EXPECT_THAT(test::error_of([&] { open_checkpoint(options); }), HasSubstr("tokenizer of another family"));
  }
}

}  // namespace
}  // namespace blip
