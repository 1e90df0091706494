#include "core/checkpoint/tensor_ties.h"

#include "core/checkpoint/layout.h"
#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kHead = "text_decoder.cls.predictions.";
const std::string kWords = "text_decoder.bert.embeddings.word_embeddings.weight";

TEST(TensorTies, TheHeadIsTheWordEmbeddingsIfTheFileHasNone) {
  TensorMap tensors = test::small_model(Layout::kCaptioner);
  const TensorView own = tensors.at(kHead + "decoder.weight");
  EXPECT_THAT(fill_ties(tensors), IsEmpty());
  EXPECT_EQ(tensors.at(kHead + "decoder.weight").data, own.data) << "a head of its own is kept";
  tensors.erase(kHead + "decoder.weight");
  fill_ties(tensors);
  EXPECT_EQ(tensors.at(kHead + "decoder.weight").data, tensors.at(kWords).data);
}

TEST(TensorTies, EitherBiasStandsForBoth) {
  for (const std::string missing : {"bias", "decoder.bias"}) {
    TensorMap tensors = test::small_model(Layout::kCaptioner);
    const std::string other = missing == "bias" ? "decoder.bias" : "bias";
    const void* data = tensors.at(kHead + other).data;
    tensors.erase(kHead + missing);
    EXPECT_THAT(fill_ties(tensors), IsEmpty());
    EXPECT_EQ(tensors.at(kHead + missing).data, data);
    EXPECT_EQ(tensors.at(kHead + other).data, data);
  }
}

TEST(TensorTies, DecoderBiasWinsOverADifferentOne) {
  TensorMap tensors = test::small_model(Layout::kCaptioner);
  tensors[kHead + "decoder.bias"] = test::tensor_of(std::vector<float>(9, 1), {9});
  const void* decoder = tensors.at(kHead + "decoder.bias").data;
  const auto warnings = fill_ties(tensors);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_THAT(warnings[0], HasSubstr("using decoder.bias"));
  EXPECT_EQ(tensors.at(kHead + "bias").data, decoder);
}

TEST(TensorTies, AShortBiasGivesWayToTheLongOneWithoutAWord) {
  TensorMap tensors = test::small_model(Layout::kCaptioner);  // 9 words
  const void* decoder = tensors.at(kHead + "decoder.bias").data;
  tensors[kHead + "bias"] = test::tensor_of(std::vector<float>(7, 1), {7});
  EXPECT_THAT(fill_ties(tensors), IsEmpty());
  EXPECT_EQ(tensors.at(kHead + "bias").data, decoder);
}

TEST(TensorTies, AShortBiasAloneIsPaddedWithZeros) {
  TensorMap tensors = test::small_model(Layout::kCaptioner);
  tensors.erase(kHead + "decoder.bias");
  tensors[kHead + "bias"] = test::tensor_of(std::vector<float>(7, 1), {7});
  const auto warnings = fill_ties(tensors);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_THAT(warnings[0], HasSubstr("7 values, padded with zeros to the 9 words"));
  EXPECT_EQ(test::floats_of(tensors.at(kHead + "bias")), (std::vector<float>{1, 1, 1, 1, 1, 1, 1, 0, 0}));
  EXPECT_EQ(tensors.at(kHead + "decoder.bias").data, tensors.at(kHead + "bias").data);
}

TEST(TensorTies, AnEmptyVocabularyOfManyWordsIsLeftToTheChecks) {
  TensorMap tensors{{kWords, {nullptr, DType::kFloat32, {INT64_MAX / 8, 0}, nullptr}},
                    {kHead + "bias", test::tensor_of({1}, {1})}};
  fill_ties(tensors);
  EXPECT_EQ(tensors.at(kHead + "bias").shape, std::vector<std::int64_t>{1});
}

TEST(TensorTies, EncoderAndDecoderStayApart) {
  TensorMap tensors = test::small_model(Layout::kPretrain);
  const TensorMap before = tensors;
  fill_ties(tensors);
  EXPECT_NE(tensors.at("text_encoder.embeddings.word_embeddings.weight").data, tensors.at(kWords).data);
  EXPECT_EQ(tensors.size(), before.size());
}

TEST(TensorTies, ModelsWithoutADecoderAreLeftAlone) {
  TensorMap tensors = test::small_model(Layout::kMatcher);
  const std::size_t size = tensors.size();
  EXPECT_THAT(fill_ties(tensors), IsEmpty());
  EXPECT_EQ(tensors.size(), size);
}

// As pre-training leaves it: all but self-attention is the encoder's.
TensorMap tied_model() {
  TensorMap tensors = test::small_model(Layout::kPretrain);
  for (auto& [name, view] : tensors) {
    const std::string prefix = "text_decoder.bert.";
    if (name.starts_with(prefix) && name.find(".attention.") == std::string::npos)
      view = tensors.at("text_encoder." + name.substr(prefix.size()));
  }
  tensors[kHead + "decoder.weight"] = tensors.at(kWords);
  tensors[kHead + "bias"] = tensors.at(kHead + "decoder.bias");
  return tensors;
}

TEST(TensorTies, ATiedDecoderIsLeftOutAndComesBack) {
  const TensorMap whole = tied_model();
  TensorMap tensors = whole;
  leave_out_ties(tensors);
  EXPECT_FALSE(tensors.contains(kWords));
  EXPECT_FALSE(tensors.contains(kHead + "decoder.weight"));
  EXPECT_TRUE(tensors.contains("text_decoder.bert.encoder.layer.0.attention.self.query.weight"));
  EXPECT_FALSE(tensors.contains("text_decoder.bert.encoder.layer.0.crossattention.self.query.weight"));
  EXPECT_EQ(detect_layout(tensors, "test"), Layout::kPretrain);
  EXPECT_THAT(fill_ties(tensors), IsEmpty());
  ASSERT_EQ(tensors.size(), whole.size());
  for (const auto& [name, view] : whole) EXPECT_EQ(tensors.at(name).data, view.data) << name;
}

TEST(TensorTies, ADecoderOfItsOwnStays) {
  TensorMap tensors = tied_model();
  const std::string own = "text_decoder.bert.encoder.layer.0.output.dense.bias";
  const auto count = static_cast<std::size_t>(tensors.at(own).element_count());
  tensors[own] = test::tensor_of(std::vector<float>(count, 42), tensors.at(own).shape);
  leave_out_ties(tensors);
  EXPECT_TRUE(tensors.contains(own));
  EXPECT_TRUE(tensors.contains(kWords));
}

}  // namespace
}  // namespace blip
