#include "core/model/blip2/t5_layers.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

std::vector<int64_t> buckets(std::vector<int64_t> distances, bool bidirectional, int64_t count, int64_t far) {
  const auto found = t5_buckets(torch::tensor(distances), bidirectional, count, far);
  return {found.data_ptr<int64_t>(), found.data_ptr<int64_t>() + found.numel()};
}

// Small distances have a bucket each; from half of the buckets on they double: with 8 buckets and 16 as the largest
// distance, 4 + floor(log2(d / 4) * 2).
TEST(T5Buckets, GrowWithTheLogarithm) {
  EXPECT_EQ(buckets({0, -1, -3, -4, -5, -6, -9, -12, -15, -17, -100}, false, 8, 16),
            (std::vector<int64_t>{0, 1, 3, 4, 4, 5, 6, 7, 7, 7, 7}));
}

TEST(T5Buckets, WhatLiesAheadIsNoDistanceOfADecoder) {
  EXPECT_EQ(buckets({1, 2, 50}, false, 8, 16), (std::vector<int64_t>{0, 0, 0}));
}

TEST(T5Buckets, AnEncoderTellsBothSidesApart) {
  EXPECT_EQ(buckets({0, -1, 1, -2, 2, -40, 40}, true, 8, 16), (std::vector<int64_t>{0, 1, 5, 2, 6, 3, 7}));
}

TEST(T5Norm, DividesByTheRootMeanSquare) {
  const torch::NoGradGuard no_grad;
  T5Norm norm(4, 0);
  norm->named_parameters()["weight"].copy_(torch::tensor({1.0f, 2.0f, 1.0f, 1.0f}));
  // The root of the mean square of 2, -2, 4, 4 is sqrt(10).
  const float root = std::sqrt(10.0f);
  EXPECT_LE(
      max_difference(norm(torch::tensor({2.0f, -2.0f, 4.0f, 4.0f})), torch::tensor({2.0f, -4.0f, 4.0f, 4.0f}) / root),
      1e-6);
}

LanguageModelConfig small() {
  return {.kind = LanguageModelKind::kT5,
          .vocab_size = 11,
          .width = 6,
          .depth = 1,
          .decoder_depth = 1,
          .heads = 2,
          .head_width = 5,
          .ffn_width = 9,
          .activation = Activation::kGelu,
          .gated = true,
          .position_buckets = 8,
          .max_distance = 16,
          .layer_norm_eps = 1e-6};
}

// Heads need not fill the width: 2 x 5 for a width of 6.
TEST(T5Attention, HeadsHaveTheirOwnWidth) {
  const torch::NoGradGuard no_grad;
  T5Attention attention(small(), /*with_positions=*/true);
  fill(*attention);
  const auto x = waves({2, 3, 6});
  EXPECT_EQ(attention->queries(x).sizes(), (std::vector<int64_t>{2, 2, 3, 5}));
  EXPECT_EQ(attention->output(attention->keys_values(x).value).sizes(), (std::vector<int64_t>{2, 3, 6}));
}

TEST(T5Attention, APositionsBiasIsItsRowOfTheWhole) {
  const torch::NoGradGuard no_grad;
  T5Attention attention(small(), true);
  fill(*attention);
  const auto whole = attention->position_bias(0, 5, 5, /*bidirectional=*/false);  // [1, H, 5, 5]
  EXPECT_LE(max_difference(attention->position_bias(3, 1, 4, false), whole.narrow(2, 3, 1).narrow(3, 0, 4)), 1e-7);
  T5Attention without(small(), false);
  EXPECT_THROW(without->position_bias(0, 1, 1, false), c10::Error);
}

TEST(T5FeedForward, TheGateMultipliesWhatIsActivated) {
  const torch::NoGradGuard no_grad;
  T5FeedForward gated(small());
  fill(*gated);
  const auto x = waves({1, 2, 6});
  const auto weights = gated->named_parameters();
  const auto hidden = torch::gelu(x.matmul(weights["wi_0.weight"].t())) * x.matmul(weights["wi_1.weight"].t());
  EXPECT_LE(max_difference(gated(x), hidden.matmul(weights["wo.weight"].t())), 1e-5);
  LanguageModelConfig plain = small();
  plain.gated = false;
  const T5FeedForward without(plain);
  EXPECT_TRUE(without->named_parameters().contains("wi.weight"));
}

TEST(T5Block, ADecoderReadsTheEncoder) {
  const torch::NoGradGuard no_grad;
  T5Block block(small(), /*decoder=*/true, /*with_positions=*/true);
  fill(*block);
  const auto x = waves({1, 3, 6});
  const KeyValue one = block->cross_attention->keys_values(waves({1, 4, 6}, 1)),
                 other = block->cross_attention->keys_values(waves({1, 4, 6}, 2));
  EXPECT_GT(max_difference(block(x, torch::Tensor{}, &one), block(x, torch::Tensor{}, &other)), 1e-3);
  EXPECT_TRUE(block->named_parameters().contains("layer.1.EncDecAttention.k.weight"));
  EXPECT_TRUE(block->named_parameters().contains("layer.2.DenseReluDense.wo.weight"));
  const T5Block encoder(small(), false, false);
  EXPECT_TRUE(encoder->named_parameters().contains("layer.1.DenseReluDense.wo.weight"));
}

}  // namespace
}  // namespace blip::test
