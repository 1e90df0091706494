#include "core/model/blip2/qformer_layer.h"

#include <gtest/gtest.h>

#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

QFormerConfig small() {
  return {.queries = 2,
          .width = 8,
          .depth = 2,
          .heads = 2,
          .ffn_width = 12,
          .cross_width = 6,
          .vocab_size = 11,
          .max_positions = 9};
}

TEST(QFormerLayer, EverySecondLayerReadsThePicture) {
  QFormerLayer even(small(), 0), odd(small(), 1);
  EXPECT_FALSE(even->crossattention.is_empty());
  EXPECT_TRUE(odd->crossattention.is_empty());
}

// Queries and text share the attention, but not what follows.
TEST(QFormerLayer, QueriesAndTextHaveTheirOwnFeedForward) {
  const torch::NoGradGuard no_grad;
  QFormerLayer layer(small(), 1);
  fill(*layer);
  const auto x = waves({1, 4, 8});
  const KeyValue kv = layer->attention->keys_values(x);
  const auto both = layer(x, /*queries=*/2, kv, torch::Tensor{}, nullptr);
  const auto as_text = layer(x, /*queries=*/0, kv, torch::Tensor{}, nullptr);
  EXPECT_GT(max_difference(both.narrow(1, 0, 2), as_text.narrow(1, 0, 2)), 1e-3);
  EXPECT_LE(max_difference(both.narrow(1, 2, 2), as_text.narrow(1, 2, 2)), 1e-6);
}

TEST(QFormerLayer, TheTextOfAPairReadsNoPicture) {
  const torch::NoGradGuard no_grad;
  QFormerLayer layer(small(), 0);
  fill(*layer);
  const auto x = waves({1, 4, 8});
  const KeyValue kv = layer->attention->keys_values(x);
  const KeyValue one = layer->crossattention->keys_values(waves({1, 3, 6})),
                 other = layer->crossattention->keys_values(waves({1, 3, 6}, 2));
  const auto a = layer(x, 2, kv, torch::Tensor{}, &one), b = layer(x, 2, kv, torch::Tensor{}, &other);
  EXPECT_GT(max_difference(a.narrow(1, 0, 2), b.narrow(1, 0, 2)), 1e-3);
  EXPECT_EQ(max_difference(a.narrow(1, 2, 2), b.narrow(1, 2, 2)), 0);
  EXPECT_THROW(layer(x, 2, kv, torch::Tensor{}, nullptr), c10::Error);
}

TEST(QFormerLayer, WithoutAVocabularyThereIsNoTextPart) {
  QFormerConfig config = small();
  config.vocab_size = 0;
  QFormerLayer layer(config, 1);
  for (const auto& parameter : layer->named_parameters()) EXPECT_FALSE(parameter.key().starts_with("intermediate."));
  EXPECT_THROW(layer->feed_forward(waves({1, 4, 8})), c10::Error);
}

}  // namespace
}  // namespace blip::test
