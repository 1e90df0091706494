#include "pipelines/checkpoints/model_convert.h"

#include <nlohmann/json.hpp>

#include "pipelines/checkpoints/model_check.h"
#include "tests/pipelines/checkpoints/small_model_files.h"
#include "tests/support/golden2_checkpoint.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;

ConvertOptions options(const std::string& source, const std::filesystem::path& target) {
  ConvertOptions result;
  result.source.model = source;
  result.target = target.string();
  return result;
}

TEST(ModelConvert, GoesToADirectoryAndBackToTheSameTensors) {
  const test::SmallModelFiles files(Layout::kMatcher);
  convert_model(options(files.model(), files / "hf"));
  std::filesystem::create_directory(files / "back");
  convert_model(options((files / "hf").string(), files / "back/m.pth"));
  const Checkpoint there = open_checkpoint({.model = (files / "hf").string()}),
                   back = open_checkpoint({.model = (files / "back/m.pth").string()});
  EXPECT_EQ(there.family, CheckpointFamily::kTransformers);
  EXPECT_EQ(back.family, CheckpointFamily::kOriginal);
  test::expect_same_tensors(there.tensors, test::small_model(Layout::kMatcher));
  test::expect_same_tensors(back.tensors, test::small_model(Layout::kMatcher));
  EXPECT_EQ(back.config.text.heads, 2);
  EXPECT_NO_THROW(verify_model({.model = (files / "back/m.pth").string()}));
}

TEST(ModelConvert, TakesTheSpecialIdsFromTheVocabulary) {
  const test::SmallModelFiles files(Layout::kCaptioner);
  test::write_text(files / "vocab.txt", "a\n[MASK]\n[SEP]\n[CLS]\nb\n[PAD]\n[UNK]\n");
  convert_model(options(files.model(), files / "hf"));
  const auto text = nlohmann::json::parse(test::read_text(files / "hf/config.json"))["text_config"];
  EXPECT_EQ(text["sep_token_id"], 2);
  EXPECT_EQ(text["pad_token_id"], 5);
  EXPECT_EQ(text["bos_token_id"], 7);  // [DEC], the first id after the file's
}

TEST(ModelConvert, TheFormatFollowsTheNameUnlessItIsGiven) {
  const test::SmallModelFiles files(Layout::kCaptioner);
  ConvertOptions to_directory = options(files.model(), files / "folder.pth");
  to_directory.format = ModelFormat::kHuggingFace;
  convert_model(to_directory);
  EXPECT_TRUE(std::filesystem::is_directory(files / "folder.pth"));
}

TEST(ModelConvert, WritesAtAnotherPictureSize) {
  const test::SmallModelFiles files(Layout::kCaptioner);
  ConvertOptions larger = options(files.model(), files / "hf");
  larger.source.image_size = 16;
  convert_model(larger);
  const Checkpoint checkpoint = open_checkpoint({.model = (files / "hf").string()});
  EXPECT_EQ(checkpoint.config.vision.image_size, 16);
  EXPECT_EQ(checkpoint.stored_grid, 4);
}

TEST(ModelConvert, RefusesAVocabularyThatDoesNotFitAndWritesNothing) {
  const test::SmallModelFiles files(Layout::kCaptioner);
  test::write_text(files / "vocab.txt", std::string(test::kSmallVocabulary) + "c\n");
  EXPECT_THAT(error_of([&] { convert_model(options(files.model(), files / "hf")); }), HasSubstr("9 rows"));
  EXPECT_FALSE(std::filesystem::exists(files / "hf"));
}

TEST(ModelConvertGolden, LavisFilesBecomeADirectoryAndBack) {
  const test::LavisGolden lavis;
  const test::TempDir dir;
  ConvertOptions there = options("", dir / "hf"), back = options((dir / "hf").string(), dir / "m.pth");
  there.source = lavis.opt();
  convert_model(there);
  convert_model(back);
  const Checkpoint original = open_checkpoint(lavis.opt());
  const Checkpoint directory = open_checkpoint({.model = (dir / "hf").string()}),
                   copy = open_checkpoint({.model = (dir / "m.pth").string()});
  test::expect_same_tensors(directory.tensors, original.tensors);
  test::expect_same_tensors(copy.tensors, original.tensors);
  EXPECT_EQ(copy.weights_id, original.weights_id);
  EXPECT_EQ(directory.weights_id, original.weights_id);
  const Checkpoint published = open_checkpoint({.model = (test::golden2_dir() / "hf-blip2-opt-tiny").string()});
  EXPECT_EQ(directory.config.blip2->image_token, published.config.blip2->image_token);
  EXPECT_NO_THROW(verify_model({.model = (dir / "m.pth").string()}));
}

}  // namespace
}  // namespace blip
