#include "core/checkpoint/checkpoint_writer.h"

#include <nlohmann/json.hpp>

#include "core/checkpoint/key_map.h"
#include "core/checkpoint/safetensors_reader.h"
#include "core/checkpoint/torch_reader.h"
#include "core/checkpoint/torch_zip_writer.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

const CheckpointWriteOptions kIds{.ids = {.pad = 0, .sep = 3, .decode = 7}, .layout = {}};

CheckpointWriteOptions as(Layout layout) {
  CheckpointWriteOptions options = kIds;
  options.layout = layout;
  return options;
}

class CheckpointWriterTest : public ::testing::Test {
 protected:
  Checkpoint small(Layout layout) {
    Checkpoint checkpoint;
    checkpoint.tensors = test::small_model(layout);
    checkpoint.config = test::small_config(layout);
    checkpoint.layout = layout;
    checkpoint.path = "small.pth";
    checkpoint.vocab = dir_ / "given.txt";
    test::write_text(checkpoint.vocab, test::kSmallVocabulary);
    return checkpoint;
  }
  Checkpoint open(const std::string& name) { return open_checkpoint({.model = (dir_ / name).string()}); }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(dir_.path()), fs::directory_iterator()));
  }
  test::TempDir dir_;
};

TEST_F(CheckpointWriterTest, AHuggingFaceDirectoryReadsBackAsTheSameModel) {
  for (const Layout layout : {Layout::kCaptioner, Layout::kMatcher}) {
    const Checkpoint checkpoint = small(layout);
    const std::string name(layout_name(layout));
    EXPECT_THAT(write_hugging_face_directory(checkpoint, dir_ / name, kIds), IsEmpty());
    const Checkpoint back = open(name);
    EXPECT_EQ(back.layout, layout);
    EXPECT_EQ(back.config.vision.heads, checkpoint.config.vision.heads);
    EXPECT_EQ(back.config.vision.layer_norm_eps, checkpoint.config.vision.layer_norm_eps);
    EXPECT_EQ(back.vocab, dir_ / (name + "/vocab.txt"));
    test::expect_same_tensors(back.tensors, checkpoint.tensors);
    for (const char* file :
         {"config.json", "preprocessor_config.json", "tokenizer_config.json", "special_tokens_map.json"}) {
      EXPECT_TRUE(nlohmann::json::accept(test::read_text(dir_ / name / file))) << file;
    }
    const auto special = nlohmann::json::parse(test::read_text(dir_ / name / "special_tokens_map.json"));
    EXPECT_EQ(special.at("bos_token"), "[DEC]");
    EXPECT_EQ(special.at("additional_special_tokens"), nlohmann::json::array({"[ENC]"}));
  }
}

TEST_F(CheckpointWriterTest, WarnsOfAQuestionModelThatTransformersCannotRun) {
  const auto warnings = write_hugging_face_directory(small(Layout::kVqa), dir_ / "vqa", kIds);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_THAT(warnings[0], HasSubstr("6 and 4"));
  test::expect_same_tensors(open("vqa").tensors, test::small_model(Layout::kVqa));
}

TEST_F(CheckpointWriterTest, APretrainingCheckpointIsWrittenInParts) {
  const Checkpoint checkpoint = small(Layout::kPretrain);
  EXPECT_THAT(error_of([&] { write_hugging_face_directory(checkpoint, dir_ / "p", kIds); }, ErrorKind::kUnsupported),
              HasSubstr("--layout captioner or --layout matcher"));
  write_hugging_face_directory(checkpoint, dir_ / "c", as(Layout::kCaptioner));
  write_hugging_face_directory(checkpoint, dir_ / "m", as(Layout::kMatcher));
  const Checkpoint captioner = open("c"), matcher = open("m");
  EXPECT_EQ(captioner.layout, Layout::kCaptioner);
  EXPECT_EQ(matcher.layout, Layout::kMatcher);
  for (const Checkpoint* part : {&captioner, &matcher}) {
    for (const auto& [name, view] : part->tensors)
      EXPECT_TRUE(test::same_tensor(view, checkpoint.tensors.at(name))) << name;
  }
}

TEST_F(CheckpointWriterTest, RefusesPartsThatAreNotThere) {
  EXPECT_THAT(
      error_of([&] { write_hugging_face_directory(small(Layout::kNlvr), dir_ / "n", kIds); }, ErrorKind::kUnsupported),
      HasSubstr(".pth"));
  EXPECT_THAT(error_of([&] { write_original_file(small(Layout::kCaptioner), dir_ / "x.pth", as(Layout::kMatcher)); },
                       ErrorKind::kInvalidArgument),
              HasSubstr("cannot be written as matcher"));
}

TEST_F(CheckpointWriterTest, APthReadsBackAsTheSameModelInEveryLayout) {
  for (const Layout layout : {Layout::kCaptioner, Layout::kVqa, Layout::kMatcher, Layout::kNlvr, Layout::kPretrain}) {
    Checkpoint checkpoint = small(layout);
    checkpoint.training_state.emplace("temp", test::tensor_of({0.07F}, {}));
    const std::string name(layout_name(layout));
    fs::create_directory(dir_ / name);
    write_original_file(checkpoint, dir_ / (name + "/m.pth"), kIds);
    const Checkpoint back = open(name + "/m.pth");
    EXPECT_EQ(back.layout, layout);
    EXPECT_EQ(back.config.text.heads, checkpoint.config.text.heads);
    test::expect_same_tensors(back.tensors, checkpoint.tensors);
    EXPECT_TRUE(test::same_tensor(back.training_state.at("temp"), checkpoint.training_state.at("temp")));
    EXPECT_NO_THROW(check_torch_checksums(dir_ / (name + "/m.pth")));
  }
}

TEST_F(CheckpointWriterTest, ThePthHasThePositionIdsThatTheOriginalAsksFor) {
  write_original_file(small(Layout::kCaptioner), dir_ / "m.pth", kIds);
  const TensorMap tensors = read_torch_file(dir_ / "m.pth");
  const TensorView& ids = tensors.at("text_decoder.bert.embeddings.position_ids");
  EXPECT_EQ(ids.dtype, DType::kInt64);
  ASSERT_EQ(ids.shape, (std::vector<std::int64_t>{1, 5}));
  for (std::int64_t i = 0; i < 5; ++i) EXPECT_EQ(static_cast<const std::int64_t*>(ids.data)[i], i);
}

TEST_F(CheckpointWriterTest, TiedTensorsShareAStorage) {
  write_original_file(small(Layout::kCaptioner), dir_ / "m.pth", kIds);
  const TensorMap tensors = read_torch_file(dir_ / "m.pth");
  EXPECT_EQ(tensors.at("text_decoder.cls.predictions.bias").data,
            tensors.at("text_decoder.cls.predictions.decoder.bias").data);
}

TEST_F(CheckpointWriterTest, TheConfigSaysWhetherTheHeadIsTied) {
  Checkpoint checkpoint = small(Layout::kCaptioner);
  write_hugging_face_directory(checkpoint, dir_ / "untied", kIds);
  EXPECT_EQ(nlohmann::json::parse(test::read_text(dir_ / "untied/config.json"))["tie_word_embeddings"], false);
  checkpoint.tensors["text_decoder.cls.predictions.decoder.weight"] =
      checkpoint.tensors["text_decoder.bert.embeddings.word_embeddings.weight"];
  write_hugging_face_directory(checkpoint, dir_ / "tied", kIds);
  EXPECT_EQ(nlohmann::json::parse(test::read_text(dir_ / "tied/config.json"))["tie_word_embeddings"], true);
}

TEST_F(CheckpointWriterTest, NeverOverwritesAndLeavesNothingBehind) {
  const Checkpoint checkpoint = small(Layout::kCaptioner);
  write_original_file(checkpoint, dir_ / "m.pth", kIds);
  const std::size_t before = entries();
  EXPECT_THAT(error_of([&] { write_original_file(checkpoint, dir_ / "m.pth", kIds); }, ErrorKind::kInvalidArgument),
              HasSubstr("exists already"));
  EXPECT_THAT(
      error_of([&] { write_hugging_face_directory(checkpoint, dir_.path(), kIds); }, ErrorKind::kInvalidArgument),
      HasSubstr("exists already"));
  test::write_text(dir_ / "vocab.txt", "another\n");
  EXPECT_THAT(error_of([&] { write_original_file(checkpoint, dir_ / "n.pth", kIds); }, ErrorKind::kInvalidArgument),
              HasSubstr("vocab.txt"));
  EXPECT_FALSE(fs::exists(dir_ / "n.pth"));
  EXPECT_FALSE(fs::exists(dir_ / "n.pth.part"));
  Checkpoint without_vocab = checkpoint;
  without_vocab.vocab.clear();
  EXPECT_THAT(error_of([&] { write_hugging_face_directory(without_vocab, dir_ / "x", kIds); }, ErrorKind::kNotFound),
              HasSubstr("--vocab"));
  EXPECT_FALSE(fs::exists(dir_ / "x"));
  EXPECT_LE(entries(), before + 1);
}

TEST(CheckpointWriterGolden, EveryModelGoesThereAndBack) {
  int models = 0;
  for (const auto& item : fs::directory_iterator(test::golden_dir() / "pth")) {
    if (item.path().extension() != ".pth") continue;
    const Checkpoint checkpoint = open_checkpoint({.model = item.path().string()});
    const test::TempDir dir;
    write_original_file(checkpoint, dir / "copy.pth", kIds);
    const Checkpoint copy = open_checkpoint({.model = (dir / "copy.pth").string()});
    test::expect_same_tensors(copy.tensors, checkpoint.tensors);
    test::expect_same_tensors(copy.training_state, checkpoint.training_state);
    EXPECT_EQ(copy.weights_id, checkpoint.weights_id);
    ++models;
    if (checkpoint.layout == Layout::kPretrain || checkpoint.layout == Layout::kNlvr) continue;
    write_hugging_face_directory(checkpoint, dir / "hf", kIds);
    const Checkpoint directory = open_checkpoint({.model = (dir / "hf").string()});
    test::expect_same_tensors(directory.tensors, checkpoint.tensors);
    EXPECT_EQ(directory.weights_id, checkpoint.weights_id);
  }
  EXPECT_GT(models, 0);
}

}  // namespace
}  // namespace blip
