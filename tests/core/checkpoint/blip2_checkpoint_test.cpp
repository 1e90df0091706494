#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/checkpoint_assembly.h"
#include "core/checkpoint/torch_zip_writer.h"
#include "tests/core/checkpoint/blip2_support.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using ::testing::AllOf;
using ::testing::HasSubstr;

class Blip2CheckpointTest : public ::testing::Test {
 protected:
  Checkpoint open(Layout layout, const TensorMap& tensors) {
    test::write_small_directory(dir_ / "hf", layout, tensors);
    return open_checkpoint({.model = (dir_ / "hf").string()});
  }
  Checkpoint open(Layout layout) { return open(layout, test::hugging_face_blip2(layout)); }
  std::string error(Layout layout, const TensorMap& tensors, ErrorKind kind = ErrorKind::kInvalidData) {
    return error_of([&] { open(layout, tensors); }, kind);
  }

  // m.pth as LAVIS writes it, with vision.pth and llm/ beside it.
  CheckpointOptions write_lavis(Layout layout) {
    TensorMap trained, vision, language;
    const LanguageModelKind kind = layout == Layout::kBlip2T5 ? LanguageModelKind::kT5 : LanguageModelKind::kOpt;
    for (const auto& [name, view] : test::small_blip2(layout)) {
      if (name.starts_with("language_model.")) {
        language.emplace(name.substr(15), view);
      } else if (name.starts_with("visual_encoder.") && !name.starts_with("visual_encoder.norm.")) {
        vision.emplace(name, view);
      } else {
        trained.emplace(lavis_name_of_blip2(name, kind), view);
      }
    }
    write_pth(trained, "m.pth");
    write_pth(vision, "vision.pth");
    test::write_text(dir_ / "m.config.json", test::small_blip2_json(layout));
    if (language.empty()) {
      test::write_small_tokenizer(dir_.path(), layout);
    } else {
      write_language(layout, language);
    }
    return {.model = (dir_ / "m.pth").string()};
  }

  void write_language(Layout layout, const TensorMap& tensors) {
    fs::create_directories(dir_ / "llm");
    test::write_text(dir_ / "llm/config.json",
                     layout == Layout::kBlip2Opt
                         ? R"({"model_type": "opt", "num_attention_heads": 2, "eos_token_id": 2})"
                         : R"({"model_type": "t5", "feed_forward_proj": "gated-gelu", "dense_act_fn": "gelu_new",
                               "relative_attention_max_distance": 20})");
    test::write_small_tokenizer(dir_ / "llm", layout);
    write_safetensors(tensors, dir_ / "llm/model.safetensors");
  }

  void write_pth(const TensorMap& tensors, const std::string& name) {
    FileOutput file(dir_ / name);
    write_torch_zip(tensors, file);
    file.finish();
  }

  test::TempDir dir_;
};

void expect_same_model(const Checkpoint& found, Layout layout) {
  EXPECT_EQ(found.layout, layout);
  test::expect_same_tensors(found.tensors, test::small_blip2(layout));
  const ModelConfig wanted = test::small_blip2_config(layout);
  EXPECT_EQ(found.config.embed_width, wanted.embed_width);
  EXPECT_EQ(found.config.blip2->qformer.lm_head, wanted.blip2->qformer.lm_head);
  EXPECT_EQ(found.config.blip2->qformer.cross_frequency, wanted.blip2->qformer.cross_frequency);
  EXPECT_EQ(found.config.blip2->language.end_token, wanted.blip2->language.end_token);
  EXPECT_EQ(found.config.blip2->language.activation, wanted.blip2->language.activation);
  EXPECT_EQ(found.config.blip2->language.tied_head, wanted.blip2->language.tied_head);
  EXPECT_EQ(found.config.blip2->language.decoder_depth, wanted.blip2->language.decoder_depth);
}

TEST_F(Blip2CheckpointTest, DirectoriesOpenInEveryLayout) {
  for (const Layout layout : test::kBlip2Layouts) {
    SCOPED_TRACE(layout_name(layout));
    const test::TempDir dir;
    test::write_small_directory(dir.path(), layout, test::hugging_face_blip2(layout));
    const Checkpoint checkpoint = open_checkpoint({.model = dir.path().string()});
    EXPECT_EQ(checkpoint.family, CheckpointFamily::kTransformers);
    expect_same_model(checkpoint, layout);
  }
}

TEST_F(Blip2CheckpointTest, LavisFilesOpenWithTheirFrozenPartsBesideThem) {
  for (const Layout layout : {Layout::kBlip2Qformer, Layout::kBlip2Opt, Layout::kBlip2T5}) {
    SCOPED_TRACE(layout_name(layout));
    const Checkpoint checkpoint = open_checkpoint(write_lavis(layout));
    EXPECT_EQ(checkpoint.family, CheckpointFamily::kOriginal);
    EXPECT_EQ(checkpoint.config.vision.last_norm_eps, 1e-5);
    expect_same_model(checkpoint, layout);
    for (const char* name : {"m.config.json", "vocab.txt"}) fs::remove(dir_ / name);
    fs::remove_all(dir_ / "llm");
  }
}

TEST_F(Blip2CheckpointTest, SaysWhichFrozenPartIsMissing) {
  CheckpointOptions options = write_lavis(Layout::kBlip2Opt);
  fs::rename(dir_ / "llm", dir_ / "elsewhere");
  EXPECT_THAT(error_of([&] { open_checkpoint(options); }, ErrorKind::kNotFound),
              AllOf(HasSubstr("not its language model"), HasSubstr("--language")));
  options.language = (dir_ / "elsewhere").string();
  expect_same_model(open_checkpoint(options), Layout::kBlip2Opt);
  fs::rename(dir_ / "vision.pth", dir_ / "other.pth");
  EXPECT_THAT(error_of([&] { open_checkpoint(options); }, ErrorKind::kNotFound),
              AllOf(HasSubstr("not its image encoder"), HasSubstr("--vision")));
  options.vision = (dir_ / "other.pth").string();
  expect_same_model(open_checkpoint(options), Layout::kBlip2Opt);
}

TEST_F(Blip2CheckpointTest, TiedTablesThatFilesRepeatAreOneTable) {
  TensorMap opt = test::hugging_face_blip2(Layout::kBlip2Opt);
  opt.emplace("language_model.lm_head.weight", opt.at("language_model.model.decoder.embed_tokens.weight"));
  expect_same_model(open(Layout::kBlip2Opt, opt), Layout::kBlip2Opt);
  TensorMap t5 = test::hugging_face_blip2(Layout::kBlip2T5);
  for (const char* stack : {"encoder", "decoder"})
    t5.emplace("language_model." + std::string(stack) + ".embed_tokens.weight", t5.at("language_model.shared.weight"));
  expect_same_model(open(Layout::kBlip2T5, t5), Layout::kBlip2T5);
  t5.erase("language_model.shared.weight");
  expect_same_model(open(Layout::kBlip2T5, t5), Layout::kBlip2T5);
  t5.erase("language_model.lm_head.weight");
  EXPECT_TRUE(open(Layout::kBlip2T5, t5).config.blip2->language.tied_head);
}

TEST_F(Blip2CheckpointTest, NamesBothSidesWherePartsDoNotFit) {
  TensorMap tensors = test::hugging_face_blip2(Layout::kBlip2Opt);
  tensors["language_projection.weight"] = test::tensor_of(std::vector<float>(10 * 8), {10, 8});
  EXPECT_THAT(error(Layout::kBlip2Opt, tensors),
              HasSubstr("language_projection makes vectors of width 10, but the language model's embeddings have the "
                        "width 14"));
  tensors = test::hugging_face_blip2(Layout::kBlip2Opt);
  tensors["language_projection.weight"] = test::tensor_of(std::vector<float>(14 * 9), {14, 9});
  EXPECT_THAT(error(Layout::kBlip2Opt, tensors), HasSubstr("reads states of width 9, but the Q-Former makes states of "
                                                           "width 8"));
  tensors = test::hugging_face_blip2(Layout::kBlip2Opt);
  tensors["qformer.encoder.layer.0.crossattention.attention.key.weight"] =
      test::tensor_of(std::vector<float>(8 * 5), {8, 5});
  EXPECT_THAT(error(Layout::kBlip2Opt, tensors),
              HasSubstr("reads states of width 5, but the image encoder makes states of width 6"));
}

TEST_F(Blip2CheckpointTest, HoldsTheConfigAgainstTheTensors) {
  const TensorMap t5 = test::hugging_face_blip2(Layout::kBlip2T5), opt = test::hugging_face_blip2(Layout::kBlip2Opt);
  EXPECT_THAT(error(Layout::kBlip2Opt, t5), HasSubstr("says that the language model is OPT, the weights are of T5"));
  EXPECT_THAT(error(Layout::kBlip2Matcher, opt), HasSubstr("'Blip2ForImageTextRetrieval'"));
  const auto with_config = [&](const std::string& config) {
    test::write_small_directory(dir_ / "c", Layout::kBlip2Opt, opt);
    test::write_text(dir_ / "c/config.json", config);
    return error_of([&] { open_checkpoint({.model = (dir_ / "c").string()}); });
  };
  EXPECT_THAT(with_config(R"({"model_type": "blip"})"), HasSubstr("the weights have the query_tokens of BLIP-2"));
  EXPECT_THAT(
      with_config(R"({"model_type": "blip-2", "num_query_tokens": 4, "vision_config": {"num_attention_heads": 2}})"),
      HasSubstr("num_query_tokens is 4"));
  EXPECT_THAT(with_config(R"({"model_type": "blip-2", "use_decoder_only_language_model": false,
                              "text_config": {"model_type": "opt"}})"),
              HasSubstr("use_decoder_only_language_model"));
  EXPECT_THAT(with_config(R"({"model_type": "blip-2", "vision_config": {"num_attention_heads": 2},
                              "qformer_config": {"num_attention_heads": 2}, "text_config": {"model_type": "opt"}})"),
              HasSubstr("text_config.num_attention_heads"));
  std::string heads = test::small_blip2_json(Layout::kBlip2Opt);
  heads.replace(heads.find("\"eos_token_id\": 5"), 17, "\"eos_token_id\": 9");
  EXPECT_THAT(with_config(heads), HasSubstr("token 9"));
  test::write_small_directory(dir_ / "b", Layout::kCaptioner, test::small_model(Layout::kCaptioner));
  test::write_text(dir_ / "b/config.json", R"({"model_type": "blip-2"})");
  EXPECT_THAT(error_of([&] { open_checkpoint({.model = (dir_ / "b").string()}); }), HasSubstr("no query_tokens"));
}

TEST_F(Blip2CheckpointTest, MissingAndUnexpectedTensorsAreCounted) {
  TensorMap tensors = test::hugging_face_blip2(Layout::kBlip2T5);
  tensors.erase("language_model.decoder.block.0.layer.1.EncDecAttention.k.weight");
  tensors.emplace("language_model.extra", test::tensor_of({1}, {1}));
  EXPECT_THAT(error(Layout::kBlip2T5, tensors),
              AllOf(HasSubstr("1 missing: language_model.decoder.block.0.layer.1.EncDecAttention.k.weight"),
                    HasSubstr("1 unexpected: 'language_model.extra'")));
}

TEST_F(Blip2CheckpointTest, TokenizersAreThereAndOfTheRightFamily) {
  open(Layout::kBlip2Opt);
  fs::remove(dir_ / "hf/merges.txt");
  const CheckpointOptions options{.model = (dir_ / "hf").string()};
  EXPECT_THAT(error_of([&] { open_checkpoint(options); }, ErrorKind::kNotFound), HasSubstr("merges.txt is missing"));
  fs::remove(dir_ / "hf/vocab.json");
  EXPECT_THAT(error_of([&] { open_checkpoint(options); }, ErrorKind::kNotFound), HasSubstr("no tokenizer"));
  CheckpointOptions without = options;
  without.vocab_required = false;
  EXPECT_TRUE(open_checkpoint(without).language_tokenizer.empty());
  test::write_text(dir_ / "hf/spiece.model", "x");
  EXPECT_THAT(error_of([&] { open_checkpoint(options); }), HasSubstr("SentencePiece"));
  test::write_small_tokenizer(dir_.path(), Layout::kBlip2Opt);
  CheckpointOptions given = options;
  given.vocab = (dir_ / "vocab.json").string();
  EXPECT_EQ(open_checkpoint(given).language_tokenizer, dir_.path()) << "a file stands for its folder";
}

TEST_F(Blip2CheckpointTest, OptsTextsEndWithTheLine) {
  const CheckpointOptions options = write_lavis(Layout::kBlip2Opt);
  EXPECT_EQ(open_checkpoint(options).config.blip2->language.end_token, 5) << "not the 2 of the language model's config";
  test::write_text(dir_ / "llm/vocab.json", R"({"</s>": 2})");
  EXPECT_THAT(error_of([&] { open_checkpoint(options); }), HasSubstr("no word for the end of a line"));
}

TEST_F(Blip2CheckpointTest, FeaturesAreSharedWhereTheyAreEqual) {
  const auto changed_id = [&](Layout layout, const std::string& name) {
    TensorMap tensors = test::hugging_face_blip2(layout);
    std::vector<float> values = test::floats_of(tensors.at(name));
    values.back() += 1;
    tensors[name] = test::tensor_of(values, tensors.at(name).shape);
    return open(layout, tensors);
  };
  const Checkpoint opt = open(Layout::kBlip2Opt), matcher = open(Layout::kBlip2Matcher);
  EXPECT_NE(changed_id(Layout::kBlip2Opt, "query_tokens").weights_id, opt.weights_id);
  EXPECT_NE(changed_id(Layout::kBlip2Opt, "qformer.layernorm.bias").weights_id, opt.weights_id);
  EXPECT_NE(changed_id(Layout::kBlip2Opt, "vision_model.post_layernorm.bias").weights_id, opt.weights_id);
  EXPECT_EQ(changed_id(Layout::kBlip2Opt, "language_projection.bias").weights_id, opt.weights_id);
  EXPECT_EQ(changed_id(Layout::kBlip2Matcher, "query_tokens").weights_id, matcher.weights_id)
      << "its features are the picture's states";
  EXPECT_NE(changed_id(Layout::kBlip2Matcher, "query_tokens").embedder_id, matcher.embedder_id);
  EXPECT_TRUE(opt.embedder_id.empty());
}

// Every tensor without dimensions, without elements, with too many dimensions: an error of one line, never a crash.
TEST(Blip2Checkpoint, DamagedShapesAreErrors) {
  const TensorView scalar = test::tensor_of({1}, {}), empty = test::tensor_of({}, {0}),
                   deep = test::tensor_of({1}, {1, 1, 1, 1, 1});
  for (const Layout layout : test::kBlip2Layouts) {
    const TensorMap whole = test::hugging_face_blip2(layout);
    for (const auto& [name, view] : whole) {
      for (const TensorView& damaged : {scalar, empty, deep}) {
        CheckpointParts parts;
        parts.tensors = whole;
        parts.tensors[name] = damaged;
        parts.declared = parse_config(test::small_blip2_json(layout), "config.json");
        parts.source = "m.safetensors";
        SCOPED_TRACE(name);
        const bool one_of_two = name == "cls.predictions.bias";  // decoder.bias is the same parameter, and wins
        if (!one_of_two) error_of([&] { assemble_checkpoint(std::move(parts)); });
      }
    }
  }
}

}  // namespace
}  // namespace blip
