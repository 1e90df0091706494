#include "training/optim/adamw.h"

#include "gtest/gtest.h"
#include "tests/training/optim/optim_reference.h"

namespace blip {
namespace {

std::vector<NamedTensor> two_parameters() {
  torch::manual_seed(4);
  return {{"a", torch::randn({3, 7}).requires_grad_(true)}, {"temp", torch::full({}, 0.07).requires_grad_(true)}};
}

TEST(AdamW, EveryNumberFollowsThePaperOverSteps) {
  auto parameters = two_parameters();
  FlatParameters flat(parameters);
  AdamW optimizer(flat, {.weight_decay = 0.05, .lr_scales = {{"temp", 0.02}}});
  std::vector<test::AdamWNumber> reference;
  for (const auto& [name, tensor] : parameters) {
    const auto values = tensor.detach().flatten();
    for (int64_t i = 0; i < values.numel(); ++i) reference.push_back({.value = values[i].item<double>()});
  }
  for (int step = 0; step < 5; ++step) {
    std::size_t next = 0;
    for (auto& [name, tensor] : parameters) {
      auto gradient = torch::randn(tensor.sizes());
      tensor.mutable_grad().copy_(gradient);
      gradient = gradient.flatten();
      const double lr = name == "temp" ? 0.02 * 0.01 : 0.01;
      for (int64_t i = 0; i < gradient.numel(); ++i)
        reference[next++].step(gradient[i].item<double>(), lr, 0.05, 0.9, 0.999, 1e-8);
    }
    optimizer.step(0.01);
    next = 0;
    for (const auto& [name, tensor] : parameters) {
      const auto values = tensor.detach().flatten();
      for (int64_t i = 0; i < values.numel(); ++i)
        EXPECT_NEAR(values[i].item<double>(), reference[next++].value, 2e-6) << name << " " << i << " step " << step;
    }
  }
  EXPECT_EQ(optimizer.steps(), 5);
}

TEST(AdamW, MomentsCopiedIntoAnotherContinueTheSameRun) {
  auto first = two_parameters(), second = two_parameters();
  FlatParameters a(first), b(second);
  AdamW one(a, {}), other(b, {});
  const auto gradients = torch::randn_like(a.values());
  a.gradients().copy_(gradients);
  one.step(0.1);
  b.values().copy_(a.values());
  other.exp_avg().copy_(one.exp_avg());
  other.exp_avg_sq().copy_(one.exp_avg_sq());
  other.set_steps(one.steps());
  b.gradients().copy_(gradients);
  one.step(0.1);
  other.step(0.1);
  EXPECT_TRUE(torch::equal(a.values(), b.values()));
}

TEST(AdamW, RefusesARateForAParameterThatIsNotThere) {
  auto parameters = two_parameters();
  FlatParameters flat(parameters);
  EXPECT_THROW(AdamW(flat, {.lr_scales = {{"temperature", 0.02}}}), c10::Error);
}

TEST(AdamW, SparesFromDecayWhatIsNamed) {
  auto with = two_parameters(), without = two_parameters();
  FlatParameters a(with), b(without);
  AdamW decaying(a, {.weight_decay = 0.5}), sparing(b, {.weight_decay = 0.5, .no_decay = {"temp"}});
  decaying.step(0.1);  // without a gradient decay alone moves a weight
  sparing.step(0.1);
  EXPECT_TRUE(torch::equal(with[0].tensor, without[0].tensor));
  EXPECT_NEAR(with[1].tensor.item<double>(), 0.07 * 0.95, 1e-7);
  EXPECT_NEAR(without[1].tensor.item<double>(), 0.07, 1e-9);
  EXPECT_THROW(AdamW(b, {.no_decay = {"none"}}), c10::Error);
}

}  // namespace
}  // namespace blip
