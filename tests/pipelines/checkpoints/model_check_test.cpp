#include "pipelines/checkpoints/model_check.h"

#include <limits>

#include "tests/pipelines/checkpoints/small_model_files.h"
#include "tests/support/golden.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(ModelCheck, ASoundModelIsOneLineThatBeginsWithOk) {
  const test::SmallModelFiles files(Layout::kVqa);
  const Verified verified = verify_model({.model = files.model()});
  EXPECT_THAT(verified.line, AllOf(StartsWith("OK "), HasSubstr("vqa")));
  EXPECT_EQ(verified.line.find('\n'), std::string::npos);
  EXPECT_TRUE(verified.warnings.empty());
}

TEST(ModelCheck, NamesTensorsWithNanOrInfinity) {
  TensorMap tensors = test::small_model(Layout::kCaptioner);
  tensors["visual_encoder.norm.bias"] = test::tensor_of(
      {0, std::numeric_limits<float>::quiet_NaN(), 0, -std::numeric_limits<float>::infinity(), 0, 0}, {6});
  const test::SmallModelFiles files(tensors);
  EXPECT_THAT(error_of([&] { verify_model({.model = files.model()}); }),
              HasSubstr("1 tensors hold NaN or infinity: visual_encoder.norm.bias (2 of 6)"));
}

TEST(ModelCheck, FindsThemInEveryPrecision) {
  const ByteView halves =
      test::bytes_of(std::string("\x00\x3c\x00\x7c\x00\xfe\xff\x7b", 8));  // 1, infinity, NaN, 65504
  Checkpoint checkpoint;
  checkpoint.tensors["a"] = {halves.data, DType::kFloat16, {4}, halves.owner};
  EXPECT_THAT(error_of([&] { check_finite(checkpoint); }), HasSubstr("a (2 of 4)"));
  const ByteView brains =
      test::bytes_of(std::string("\x80\x3f\x80\x7f\xc0\x7f\x7f\x7f", 8));  // 1, infinity, NaN, the largest
  checkpoint.tensors["a"] = {brains.data, DType::kBFloat16, {4}, brains.owner};
  EXPECT_THAT(error_of([&] { check_finite(checkpoint); }), HasSubstr("a (2 of 4)"));
  checkpoint.tensors["a"].dtype = DType::kInt16;
  EXPECT_NO_THROW(check_finite(checkpoint));
}

TEST(ModelCheck, FindsAVocabularyOfTheWrongSize) {
  const test::SmallModelFiles files(Layout::kCaptioner);
  test::write_text(files / "vocab.txt", std::string(test::kSmallVocabulary) + "c\n");
  EXPECT_THAT(error_of([&] { verify_model({.model = files.model()}); }), HasSubstr("9 rows"));
}

TEST(ModelCheck, FindsADamagedWeightByItsChecksum) {
  const test::SmallModelFiles files(Layout::kCaptioner);
  std::string bytes = test::read_text(files.model());
  const TensorMap tensors = test::small_model(Layout::kCaptioner);
  const TensorView& weight = tensors.at("visual_encoder.patch_embed.proj.weight");
  const std::size_t at = bytes.find(std::string(static_cast<const char*>(weight.data), weight.byte_count()));
  ASSERT_NE(at, std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  test::write_text(files.model(), bytes);
  EXPECT_THAT(error_of([&] { verify_model({.model = files.model()}); }), HasSubstr("checksum"));
}

TEST(ModelCheckGolden, EveryCheckpointIsSound) {
  int models = 0;
  for (const auto& root : {test::golden_dir(), test::golden_dir() / "pth", test::shapes_dir()}) {
    for (const auto& item : std::filesystem::directory_iterator(root)) {
      const bool is_directory = std::filesystem::exists(item.path() / "model.safetensors") ||
                                std::filesystem::exists(item.path() / "model.safetensors.index.json");
      if (!is_directory && item.path().extension() != ".pth") continue;
      ++models;
      EXPECT_NO_THROW(verify_model({.model = item.path().string()})) << item.path();
    }
  }
  EXPECT_GT(models, 0);
}

}  // namespace
}  // namespace blip
