#include "core/checkpoint/checkpoint.h"

#include "core/checkpoint/key_map.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/checkpoint/torch_zip_writer.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::array<Layout, 5> kLayouts{Layout::kCaptioner, Layout::kVqa, Layout::kMatcher, Layout::kNlvr,
                                         Layout::kPretrain};

// Small models on disk: m.pth with vocab.txt and config.json beside it, and hf/ with Hugging Face's names.
class CheckpointTest : public ::testing::Test {
 protected:
  CheckpointTest() {
    test::write_text(dir_ / "vocab.txt", test::kSmallVocabulary);
    test::write_text(dir_ / "config.json", test::kSmallHeads);
    std::filesystem::create_directory(dir_ / "hf");
    test::write_text(dir_ / "hf/vocab.txt", test::kSmallVocabulary);
    test::write_text(dir_ / "hf/config.json", test::kSmallHeads);
  }

  Checkpoint open_pth(const TensorMap& tensors, std::int64_t image_size = 0) {
    FileOutput file(dir_ / "m.pth");
    write_torch_zip(tensors, file);
    file.finish();
    return open_checkpoint({.model = (dir_ / "m.pth").string(), .image_size = image_size});
  }

  Checkpoint open_hugging_face(const TensorMap& tensors) {
    TensorMap renamed;
    for (const auto& [name, view] : tensors) renamed.emplace(hugging_face_name(name), view);
    write_safetensors(renamed, dir_ / "hf/model.safetensors");
    return open_checkpoint({.model = (dir_ / "hf").string()});
  }

  std::string pth_error(const TensorMap& tensors) {
    return error_of([&] { open_pth(tensors); });
  }

  test::TempDir dir_;
};

TEST_F(CheckpointTest, BothFormatsGiveTheSameModelInEveryLayout) {
  for (const Layout layout : kLayouts) {
    const TensorMap tensors = test::small_model(layout);
    const Checkpoint original = open_pth(tensors), hugging_face = open_hugging_face(tensors);
    EXPECT_EQ(original.layout, layout);
    EXPECT_EQ(hugging_face.layout, layout);
    EXPECT_EQ(original.family, CheckpointFamily::kOriginal);
    EXPECT_EQ(hugging_face.family, CheckpointFamily::kTransformers);
    test::expect_same_tensors(original.tensors, tensors);
    test::expect_same_tensors(hugging_face.tensors, tensors);
    EXPECT_EQ(original.config.vision.heads, 2);
    EXPECT_EQ(original.vocab, dir_ / "vocab.txt");
    EXPECT_THAT(original.warnings, IsEmpty());
  }
}

TEST_F(CheckpointTest, TheEpsilonIsTheConfigsElseThatOfTheFamily) {
  const TensorMap tensors = test::small_model(Layout::kCaptioner);
  EXPECT_EQ(open_pth(tensors).config.vision.layer_norm_eps, 1e-6);
  EXPECT_EQ(open_hugging_face(tensors).config.vision.layer_norm_eps, 1e-5);
  EXPECT_NE(open_pth(tensors).weights_id, open_hugging_face(tensors).weights_id);
  test::write_text(
      dir_ / "config.json",
      R"({"vision_config": {"num_attention_heads": 2, "layer_norm_eps": 1e-4}, "text_config": {"num_attention_heads": 2}})");
  EXPECT_EQ(open_pth(tensors).config.vision.layer_norm_eps, 1e-4);
}

TEST_F(CheckpointTest, AnOlderHuggingFaceDirectoryHoldsAPickle) {
  TensorMap renamed;
  for (const auto& [name, view] : test::small_model(Layout::kCaptioner)) renamed.emplace(hugging_face_name(name), view);
  FileOutput file(dir_ / "hf/pytorch_model.bin");
  write_torch_zip(renamed, file);
  file.finish();
  const Checkpoint checkpoint = open_checkpoint({.model = (dir_ / "hf").string()});
  EXPECT_EQ(checkpoint.family, CheckpointFamily::kTransformers);
  test::expect_same_tensors(checkpoint.tensors, test::small_model(Layout::kCaptioner));
}

TEST_F(CheckpointTest, KeepsTrainingStateApart) {
  TensorMap tensors = test::small_model(Layout::kPretrain);
  tensors.emplace("temp", test::tensor_of({0.07F}, {}));
  tensors.emplace("visual_encoder_m.cls_token", test::tensor_of({1}, {1}));
  const Checkpoint checkpoint = open_pth(tensors);
  EXPECT_EQ(checkpoint.training_state.size(), 2u);
  test::expect_same_tensors(checkpoint.tensors, test::small_model(Layout::kPretrain));
}

TEST_F(CheckpointTest, InterpolatesPositionsToTheSizeAsked) {
  TensorMap tensors = test::small_model(Layout::kPretrain);
  tensors.emplace("visual_encoder_m.pos_embed", tensors.at("visual_encoder.pos_embed"));
  const Checkpoint checkpoint = open_pth(tensors, 12);
  EXPECT_EQ(checkpoint.config.vision.image_size, 12);
  EXPECT_EQ(checkpoint.stored_grid, 2);
  const std::vector<std::int64_t> expected{1, 10, 6};
  EXPECT_EQ(checkpoint.tensors.at("visual_encoder.pos_embed").shape, expected);
  EXPECT_EQ(checkpoint.training_state.at("visual_encoder_m.pos_embed").shape, expected);
  EXPECT_NE(checkpoint.weights_id, open_pth(tensors).weights_id);

  test::write_text(
      dir_ / "config.json",
      R"({"vision_config": {"num_attention_heads": 2, "image_size": 16}, "text_config": {"num_attention_heads": 2}})");
  EXPECT_EQ(open_pth(tensors).tensors.at("visual_encoder.pos_embed").shape, (std::vector<std::int64_t>{1, 17, 6}));
}

TEST_F(CheckpointTest, RefusesPictureSizesThatDoNotFit) {
  const TensorMap tensors = test::small_model(Layout::kCaptioner);
  for (const std::int64_t size : {1, 9, 4 * 257}) {
    EXPECT_THAT(error_of([&] { open_pth(tensors, size); }, ErrorKind::kInvalidArgument),
                HasSubstr("multiple of the patch size 4"));
  }
  EXPECT_THAT(error_of([&] { open_pth(tensors, -4); }, ErrorKind::kInvalidArgument), HasSubstr("-4"));
}

TEST_F(CheckpointTest, StrictLoadingNamesTheFileAndTheTensors) {
  TensorMap tensors = test::small_model(Layout::kVqa);
  tensors.erase("text_encoder.encoder.layer.1.output.dense.bias");
  tensors.emplace("text_encoder.pooler.dense.bias", test::tensor_of({1}, {1}));
  EXPECT_THAT(pth_error(tensors),
              AllOf(HasSubstr("m.pth"), HasSubstr("1 missing: text_encoder.encoder.layer.1.output.dense.bias"),
                    HasSubstr("1 unexpected: 'text_encoder.pooler.dense.bias'")));
}

TEST_F(CheckpointTest, RefusesATensorUnderBothNames) {
  TensorMap tensors = test::small_model(Layout::kCaptioner);
  tensors.emplace("vision_model.post_layernorm.bias", tensors.at("visual_encoder.norm.bias"));
  EXPECT_THAT(pth_error(tensors), HasSubstr("under its original name, too"));
}

TEST_F(CheckpointTest, AConfigThatContradictsTheWeightsNamesBoth) {
  test::write_text(dir_ / "config.json", R"({"vision_config": {"hidden_size": 8, "num_attention_heads": 2}})");
  EXPECT_THAT(pth_error(test::small_model(Layout::kCaptioner)),
              AllOf(HasSubstr("vision_config.hidden_size is 8"), HasSubstr("config.json"),
                    HasSubstr("visual_encoder.cls_token says 6")));
}

TEST_F(CheckpointTest, AVocabularyMustBeThereUnlessItIsNotNeeded) {
  open_pth(test::small_model(Layout::kCaptioner));
  std::filesystem::remove(dir_ / "vocab.txt");
  const std::string model = (dir_ / "m.pth").string();
  EXPECT_THAT(error_of([&] { open_checkpoint({.model = model}); }, ErrorKind::kNotFound), HasSubstr("--vocab"));
  EXPECT_EQ(open_checkpoint({.model = model, .vocab_required = false}).vocab, "");
}

TEST_F(CheckpointTest, WrongFilesAreOneClearError) {
  const auto error = [&](const std::string& name, std::string_view content) {
    test::write_text(dir_ / name, content);
    return error_of([&] { open_checkpoint({.model = (dir_ / name).string()}); });
  };
  EXPECT_THAT(error("empty.pth", ""), HasSubstr("empty"));
  EXPECT_THAT(error("text.pth", "This is a text file.\nIt has lines.\n"), HasSubstr("not a PyTorch checkpoint"));
  EXPECT_THAT(error("picture.png", "\x89PNG\r\n\x1a\n"), HasSubstr("not a PyTorch checkpoint"));
  test::write_text(dir_ / "hf/model.safetensors", "no safetensors file at all");
  EXPECT_THAT(error_of([&] { open_checkpoint({.model = (dir_ / "hf").string()}); }),
              HasSubstr("not a safetensors file"));
}

TEST_F(CheckpointTest, EveryTruncationIsAnError) {
  open_pth(test::small_model(Layout::kCaptioner));
  const std::string whole = test::read_text(dir_ / "m.pth");
  for (std::size_t size = 0; size < whole.size(); size += 1 + size / 50) {
    test::write_text(dir_ / "cut.pth", whole.substr(0, size));
    error_of([&] { open_checkpoint({.model = (dir_ / "cut.pth").string()}); });
  }
  open_hugging_face(test::small_model(Layout::kCaptioner));
  const std::string tensors = test::read_text(dir_ / "hf/model.safetensors");
  for (std::size_t size = 0; size < tensors.size(); size += 1 + size / 50) {
    test::write_text(dir_ / "hf/model.safetensors", tensors.substr(0, size));
    error_of([&] { open_checkpoint({.model = (dir_ / "hf").string()}); });
  }
}

}  // namespace
}  // namespace blip
