#include "core/checkpoint/blip2_writer.h"

#include <nlohmann/json.hpp>

#include "core/checkpoint/torch_reader.h"
#include "tests/core/checkpoint/blip2_support.h"
#include "tests/support/golden.h"
#include "tests/support/golden2_checkpoint.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Blip2WriterTest : public ::testing::Test {
 protected:
  Checkpoint small(Layout layout) {
    Checkpoint checkpoint;
    checkpoint.tensors = test::small_blip2(layout);
    checkpoint.config = test::small_blip2_config(layout);
    checkpoint.layout = layout;
    checkpoint.path = "small.pth";
    fs::create_directories(dir_ / "tokens");
    test::write_small_tokenizer(dir_ / "tokens", layout);
    if (layout_parts(layout).language_model) {
      checkpoint.language_tokenizer = dir_ / "tokens";
    } else {
      checkpoint.vocab = dir_ / "tokens/vocab.txt";
    }
    return checkpoint;
  }
  test::TempDir dir_;
};

void expect_same_sizes(const ModelConfig& a, const ModelConfig& b) {
  EXPECT_EQ(a.vision.heads, b.vision.heads);
  EXPECT_EQ(a.vision.layer_norm_eps, b.vision.layer_norm_eps);
  EXPECT_EQ(a.vision.last_norm_eps, b.vision.last_norm_eps);
  EXPECT_EQ(a.vision.image_size, b.vision.image_size);
  EXPECT_EQ(a.blip2->qformer.heads, b.blip2->qformer.heads);
  EXPECT_EQ(a.blip2->qformer.lm_head, b.blip2->qformer.lm_head);
  const LanguageModelConfig &x = a.blip2->language, &y = b.blip2->language;
  EXPECT_EQ(x.heads, y.heads);
  EXPECT_EQ(x.tied_head, y.tied_head);
  EXPECT_EQ(x.activation, y.activation);
  EXPECT_EQ(x.max_distance, y.max_distance);
  EXPECT_EQ(x.layer_norm_eps, y.layer_norm_eps);
  EXPECT_EQ(std::tie(x.start_token, x.end_token, x.pad_token), std::tie(y.start_token, y.end_token, y.pad_token));
}

TEST_F(Blip2WriterTest, ADirectoryReadsBackAsTheSameModelInEveryLayout) {
  for (const Layout layout : test::kBlip2Layouts) {
    SCOPED_TRACE(layout_name(layout));
    const Checkpoint checkpoint = small(layout);
    const fs::path target = dir_ / std::string(layout_name(layout));
    write_hugging_face_directory(checkpoint, target, {.image_token = 8});
    const Checkpoint back = open_checkpoint({.model = target.string()});
    EXPECT_EQ(back.layout, layout);
    test::expect_same_tensors(back.tensors, checkpoint.tensors);
    expect_same_sizes(back.config, checkpoint.config);
    EXPECT_EQ(back.config.blip2->image_token, 8);
    fs::remove_all(dir_ / "tokens");
  }
}

TEST_F(Blip2WriterTest, LavisFilesReadBackAsTheSameModelInEveryLayout) {
  for (const Layout layout : {Layout::kBlip2Qformer, Layout::kBlip2Opt, Layout::kBlip2T5}) {
    SCOPED_TRACE(layout_name(layout));
    const Checkpoint checkpoint = small(layout);
    const fs::path folder = dir_ / std::string(layout_name(layout));
    fs::create_directory(folder);
    write_original_file(checkpoint, folder / "m.pth", {});
    const Checkpoint back = open_checkpoint({.model = (folder / "m.pth").string()});
    EXPECT_EQ(back.layout, layout);
    test::expect_same_tensors(back.tensors, checkpoint.tensors);
    expect_same_sizes(back.config, checkpoint.config);
    fs::remove_all(dir_ / "tokens");
  }
}

TEST_F(Blip2WriterTest, TheOriginalFileHoldsWhatIsTrained) {
  const Checkpoint checkpoint = small(Layout::kBlip2Opt);
  write_original_file(checkpoint, dir_ / "m.pth", {.frozen_parts = false});
  for (const auto& [name, view] : read_torch_file(dir_ / "m.pth")) {
    EXPECT_TRUE(name.starts_with("Qformer.") || name.starts_with("opt_proj.") || name.starts_with("ln_vision.") ||
                name == "query_tokens")
        << name;
  }
  EXPECT_TRUE(fs::exists(dir_ / "m.config.json"));
  EXPECT_FALSE(fs::exists(dir_ / "vision.pth"));
  EXPECT_FALSE(fs::exists(dir_ / "llm"));
}

TEST_F(Blip2WriterTest, StageOneIsAlsoWrittenWithoutItsCaptions) {
  const Checkpoint checkpoint = small(Layout::kBlip2Qformer);
  const auto warnings = write_hugging_face_directory(checkpoint, dir_ / "q", {});
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_THAT(warnings[0], HasSubstr("captioning head"));
  EXPECT_THAT(write_hugging_face_directory(checkpoint, dir_ / "m", {.layout = Layout::kBlip2Matcher}), IsEmpty());
  EXPECT_EQ(open_checkpoint({.model = (dir_ / "m").string()}).layout, Layout::kBlip2Matcher);
  EXPECT_THAT(error_of([&] { write_hugging_face_directory(checkpoint, dir_ / "x", {.layout = Layout::kBlip2Opt}); },
                       ErrorKind::kInvalidArgument),
              HasSubstr("cannot be written as blip2-opt"));
}

TEST_F(Blip2WriterTest, WarnsWhereTransformersFindsNoPlaceholder) {
  const Checkpoint checkpoint = small(Layout::kBlip2Opt);
  EXPECT_THAT(write_hugging_face_directory(checkpoint, dir_ / "a", {}).at(0), HasSubstr("placeholder is not known"));
  EXPECT_THAT(write_hugging_face_directory(checkpoint, dir_ / "b", {.image_token = 9}).at(0),
              HasSubstr("9 rows, none for transformers' image placeholder 9"));
  EXPECT_THAT(write_hugging_face_directory(checkpoint, dir_ / "c", {.image_token = 8}), IsEmpty());
}

TEST_F(Blip2WriterTest, NeverOverwritesAndLeavesNothingBehind) {
  Checkpoint checkpoint = small(Layout::kBlip2T5);
  test::write_text(dir_ / "vision.pth", "mine");
  EXPECT_THAT(error_of([&] { write_original_file(checkpoint, dir_ / "m.pth", {}); }, ErrorKind::kInvalidArgument),
              HasSubstr("vision.pth"));
  EXPECT_FALSE(fs::exists(dir_ / "m.pth"));
  EXPECT_FALSE(fs::exists(dir_ / "llm"));
  checkpoint.language_tokenizer.clear();
  EXPECT_THAT(error_of([&] { write_hugging_face_directory(checkpoint, dir_ / "h", {}); }, ErrorKind::kNotFound),
              HasSubstr("--vocab"));
  EXPECT_FALSE(fs::exists(dir_ / "h"));
}

TEST(Blip2WriterGolden, EveryModelGoesThereAndBack) {
  const test::LavisGolden lavis;
  std::vector<CheckpointOptions> models{lavis.stage1(), lavis.opt(), lavis.t5()};
  for (const auto& item : fs::directory_iterator(test::golden2_dir())) {
    if (item.path().filename().string().starts_with("hf-")) models.push_back({.model = item.path().string()});
  }
  ASSERT_GT(models.size(), 3u);
  for (const CheckpointOptions& options : models) {
    SCOPED_TRACE(options.model);
    const Checkpoint checkpoint = open_checkpoint(options);
    const test::TempDir dir;
    write_hugging_face_directory(checkpoint, dir / "hf", {});
    write_original_file(checkpoint, dir / "m.pth", {});
    for (const char* name : {"hf", "m.pth"}) {
      CheckpointOptions copy{.model = (dir / name).string()};
      if (name == std::string("m.pth") && !checkpoint.language_tokenizer.empty())
        copy.vocab = checkpoint.language_tokenizer.string();
      const Checkpoint back = open_checkpoint(copy);
      test::expect_same_tensors(back.tensors, checkpoint.tensors);
      expect_same_sizes(back.config, checkpoint.config);
      EXPECT_EQ(back.weights_id, checkpoint.weights_id) << name;
    }
  }
}

}  // namespace
}  // namespace blip
