#include "core/model/med_attention.h"

#include <gtest/gtest.h>

#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

TEST(MedAttention, OutputIsPostNormOfTheResidual) {
  const torch::NoGradGuard no_grad;
  MedAttention attention(4, 6, 2, 1e-12);
  fill(*attention);
  for (auto& parameter : attention->named_parameters()) {
    if (parameter.key().starts_with("output.dense")) parameter.value().zero_();
  }
  const auto x = waves({1, 3, 4});
  const auto parameters = attention->named_parameters();
  const auto expected =
      torch::layer_norm(x, {4}, parameters["output.LayerNorm.weight"], parameters["output.LayerNorm.bias"], 1e-12);
  EXPECT_LE(max_difference(attention(x, attention->keys_values(waves({1, 5, 6})), torch::Tensor{}), expected), 1e-6);
}

// With both branches equal, the mean of the two is the single attention's output.
TEST(TwinCrossAttention, EqualBranchesAreTheSingleAttention) {
  const torch::NoGradGuard no_grad;
  MedAttention single(4, 6, 2, 1e-12);
  TwinCrossAttention twin(4, 6, 2, 1e-12, /*merge=*/false);
  fill(*single);
  auto from = single->named_parameters();
  for (auto& parameter : twin->named_parameters()) {
    std::string name = parameter.key();
    for (const char* twin_name : {"self0", "self1", "dense0", "dense1"}) {
      if (const auto at = name.find(twin_name); at != std::string::npos)
        name.erase(at + std::string(twin_name).size() - 1, 1);
    }
    parameter.value().copy_(from[name]);
  }
  const auto x = waves({1, 3, 4}), image = waves({1, 5, 6});
  EXPECT_LE(max_difference(twin(x, image, image), single(x, single->keys_values(image), torch::Tensor{})), 1e-6);
}

TEST(TwinCrossAttention, MergingTakesBothBranchesThroughALinear) {
  const torch::NoGradGuard no_grad;
  TwinCrossAttention twin(4, 6, 2, 1e-12, /*merge=*/true);
  fill(*twin);
  auto parameters = twin->named_parameters();
  // Weights [1 0] on the concatenation: only the first image is left.
  parameters["output.merge_layer.weight"].copy_(torch::cat({torch::eye(4), torch::zeros({4, 4})}, 1));
  parameters["output.merge_layer.bias"].zero_();
  const auto x = waves({1, 3, 4}), image = waves({1, 5, 6});
  EXPECT_LE(max_difference(twin(x, image, waves({1, 5, 6}, 1)), twin(x, image, waves({1, 5, 6}, 2))), 1e-6);
}

}  // namespace
}  // namespace blip::test
