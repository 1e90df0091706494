#include "core/model/med_layer.h"

#include <gtest/gtest.h>

#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

MedConfig small(bool twin) {
  MedConfig config;
  config.text = {.vocab_size = 11, .width = 8, .depth = 1, .heads = 2, .ffn_width = 16, .max_positions = 9};
  config.cross_width = 6;
  config.twin = twin;
  return config;
}

TEST(MedLayer, IsSelfAttentionCrossAttentionFeedForward) {
  const torch::NoGradGuard no_grad;
  MedLayer layer(small(false), 0);
  fill(*layer);
  const auto x = waves({2, 3, 8}), image = waves({2, 4, 6});
  const KeyValue cross = layer->crossattention->keys_values(image);
  const auto attended = layer->attention(x, layer->attention->keys_values(x), torch::Tensor{});
  EXPECT_LE(max_difference(layer(x, torch::Tensor{}, nullptr), layer->feed_forward(attended)), 1e-6);
  const auto grounded = layer->feed_forward(layer->crossattention(attended, cross, torch::Tensor{}));
  EXPECT_LE(max_difference(layer(x, torch::Tensor{}, &cross), grounded), 1e-6);
}

TEST(MedLayer, LayersFromTheSixthOnMerge) {
  const auto has_merge = [](int64_t number) {
    MedLayer layer(small(true), number);
    return layer->named_parameters().contains("crossattention.output.merge_layer.weight");
  };
  EXPECT_FALSE(has_merge(kFirstMergeLayer - 1));
  EXPECT_TRUE(has_merge(kFirstMergeLayer));
}

}  // namespace
}  // namespace blip::test
