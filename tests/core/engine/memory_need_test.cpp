#include "core/engine/memory_need.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/checkpoint/layout.h"

namespace blip {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::uint64_t kWorking = 64 << 20;

TensorView view(std::vector<std::int64_t> shape, DType dtype = DType::kFloat32) {
  return {nullptr, dtype, std::move(shape), nullptr};
}

MemoryNeed need_at(const std::vector<MemoryNeed>& needs, const std::string& precision) {
  for (const MemoryNeed& need : needs) {
    if (need.precision == precision) return need;
  }
  ADD_FAILURE() << "no need at " << precision;
  return {};
}

// The published sizes of OPT-2.7B with ViT-g, language model in float16.
Checkpoint opt_2_7b() {
  Checkpoint checkpoint;
  checkpoint.path = "blip2-opt-2.7b";
  checkpoint.layout = Layout::kBlip2Opt;
  checkpoint.config.vision = {
      .width = 1408, .depth = 39, .heads = 16, .mlp_width = 6144, .image_size = 224, .patch_size = 14};
  Blip2Config& blip2 = checkpoint.config.blip2.emplace();
  blip2.qformer = {.queries = 32, .width = 768, .depth = 12, .heads = 12, .ffn_width = 3072, .cross_width = 1408};
  blip2.language = {.vocab_size = 50272,
                    .width = 2560,
                    .depth = 32,
                    .heads = 32,
                    .head_width = 80,
                    .ffn_width = 10240,
                    .max_positions = 2048};
  for (const auto& [name, shape] : expected_tensors(checkpoint.layout, checkpoint.config))
    checkpoint.tensors.emplace(name,
                               view(shape, name.starts_with("language_model.") ? DType::kFloat16 : DType::kFloat32));
  return checkpoint;
}

TEST(MemoryNeed, CountsALinearLayerByHand) {
  ModelConfig config;
  config.blip2.emplace().language = {.width = 64, .depth = 1, .heads = 1, .head_width = 64};
  const TensorMap tensors{{"visual_encoder.w", view({10, 100}, DType::kFloat16)},
                          {"visual_encoder.b", view({10}, DType::kFloat16)},
                          {"language_model.w", view({3, 100}, DType::kFloat16)},
                          {"language_model.model.decoder.embed_tokens.weight", view({5, 64}, DType::kFloat16)},
                          {"language_model.model.decoder.embed_positions.weight", view({7, 64}, DType::kFloat16)}};
  const auto needs = memory_needs(tensors, config);
  const MemoryNeed single = need_at(needs, "float32"), half = need_at(needs, "bfloat16");
  EXPECT_EQ(single.picture, 4u * 1000 + 4 * 10) << "brought to float32";
  EXPECT_EQ(half.picture, 2u * 1000 + 4 * 10);
  EXPECT_EQ(single.language, 2u * (300 + 320 + 448)) << "as they are stored";
  // Two groups of 64 inputs, a scale of two bytes each; the tied head is read whole, positions row by row.
  EXPECT_EQ(need_at(needs, "int8").language, 3u * 2 * 66 + 5u * 66);
  EXPECT_EQ(need_at(needs, "int4").language, 3u * 2 * 34 + 5u * 66) << "the head stays in int8";
  EXPECT_EQ(need_at(needs, "int8").picture, 1000u + 4 * 10);
  EXPECT_EQ(single.working, kWorking + 2u * 4 * 512 * 64);
}

TEST(MemoryNeed, OptOf2700MillionFitsWhereTheProjectSaysItDoes) {
  const Checkpoint checkpoint = opt_2_7b();
  const auto needs = memory_needs(checkpoint.tensors, checkpoint.config);
  EXPECT_LT(need_at(needs, "int8").total(), 8'000'000'000u);
  EXPECT_LT(need_at(needs, "int4").total(), need_at(needs, "int8").total());
  EXPECT_GT(need_at(needs, "float32").total(), 5'300'000'000u) << "2.65 billion weights of two bytes and more";
}

std::string refused(const Checkpoint& checkpoint, const std::string& device, const std::string& precision,
                    std::uint64_t available) {
  try {
    check_memory(checkpoint, device, precision, available);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kFailed);
    EXPECT_EQ(std::string_view(error.what()).find('\n'), std::string_view::npos);
    return error.what();
  }
  return "";
}

TEST(MemoryNeed, ARefusalSaysWhichPrecisionFits) {
  const Checkpoint checkpoint = opt_2_7b();
  EXPECT_THAT(refused(checkpoint, "cpu", "float32", 6'000'000'000),
              AllOf(HasSubstr("'blip2-opt-2.7b' needs "), HasSubstr("at float32"), HasSubstr("6.0 GB are available"),
                    HasSubstr("precision int8 needs "), HasSubstr("fits")));
  EXPECT_THAT(refused(checkpoint, "cpu", "float32", 3'500'000'000), HasSubstr("precision int4 needs "));
  EXPECT_THAT(refused(checkpoint, "cpu", "auto", 6'000'000'000), HasSubstr("at float32"));
  EXPECT_THAT(refused(checkpoint, "torch", "float32", 6'000'000'000), HasSubstr("fits on device cpu"));
  EXPECT_THAT(refused(checkpoint, "cpu", "int4", 1'000'000'000), HasSubstr("no precision fits, int4 needs "));
}

TEST(MemoryNeed, WhatFitsAndWhatIsNotCheckedPasses) {
  Checkpoint checkpoint = opt_2_7b();
  EXPECT_EQ(refused(checkpoint, "cpu", "float32", 64'000'000'000), "");
  EXPECT_EQ(refused(checkpoint, "cuda:0", "float16", 0), "");
  checkpoint.config.blip2.reset();
  EXPECT_EQ(refused(checkpoint, "cpu", "float32", 0), "");
}

TEST(MemoryNeed, GigabytesHaveOneDecimal) {
  EXPECT_EQ(gigabytes(5'260'000'000), "5.3 GB");
  EXPECT_EQ(gigabytes(0), "0.0 GB");
}

}  // namespace
}  // namespace blip
