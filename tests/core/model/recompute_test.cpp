#include "core/model/recompute.h"

#include "core/model/vit.h"
#include "gtest/gtest.h"

namespace blip {
namespace {

TEST(Recompute, GivesTheSameGradientsToInputAndParameters) {
  torch::manual_seed(1);
  auto weight = torch::randn({4, 4}).requires_grad_(true), input = torch::randn({2, 4}).requires_grad_(true);
  const auto body = [&](const torch::Tensor& x) { return torch::gelu(x.mm(weight)); };
  body(input).pow(2).sum().backward();
  const auto of_weight = weight.grad().clone(), of_input = input.grad().clone();
  weight.mutable_grad().zero_();
  input.mutable_grad().zero_();
  int runs = 0;
  const auto output = recompute(
      [&](const torch::Tensor& x) {
        ++runs;
        return body(x);
      },
      input);
  EXPECT_EQ(runs, 1);
  output.pow(2).sum().backward();
  EXPECT_EQ(runs, 2);
  EXPECT_TRUE(torch::equal(weight.grad(), of_weight));
  EXPECT_TRUE(torch::equal(input.grad(), of_input));
}

TEST(Recompute, DrawsTheSameRandomNumbersAgainAndLeavesTheGeneratorWhereItWas) {
  auto input = torch::ones({1000}).requires_grad_(true);
  torch::manual_seed(5);
  const auto body = [](const torch::Tensor& x) { return torch::dropout(x, 0.5, /*train=*/true); };
  const auto output = recompute(body, input);
  const auto next = torch::rand({3});
  output.sum().backward();
  EXPECT_TRUE(torch::equal(input.grad(), output.detach()));  // d(dropout(x))/dx at x = 1 is dropout's mask
  torch::manual_seed(5);
  body(torch::ones({1000}));
  EXPECT_TRUE(torch::equal(torch::rand({3}), next));
}

TEST(Recompute, AViTWithCheckpointedBlocksHasTheGradientsOfOneWithout) {
  const VisionConfig config{.width = 8, .depth = 3, .heads = 2, .mlp_width = 16, .image_size = 8, .patch_size = 4};
  Vit plain(config), checkpointed(config);
  torch::manual_seed(2);
  const torch::NoGradGuard no_grad;
  for (auto& parameter : plain->named_parameters()) {
    parameter.value().normal_(0, 0.3);
    checkpointed->named_parameters()[parameter.key()].copy_(parameter.value());
  }
  checkpointed->set_checkpointing(2);
  const auto images = torch::randn({2, 3, 8, 8});
  const torch::AutoGradMode with_gradients(true);
  plain(images).pow(2).sum().backward();
  checkpointed(images).pow(2).sum().backward();
  const auto others = checkpointed->named_parameters();
  for (const auto& parameter : plain->named_parameters()) {
    EXPECT_TRUE(torch::allclose(parameter.value().grad(), others[parameter.key()].grad(), 1e-5, 1e-6))
        << parameter.key();
  }
}

}  // namespace
}  // namespace blip
