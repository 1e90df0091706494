#include "training/losses/lm_loss.h"

#include <cmath>

#include "tests/training/losses/gradient_check.h"

namespace blip {
namespace {

// Logits of two words whose difference is d have log-probabilities -log(1 + e^-d) and that minus d.
TEST(LmLoss, TwoWordsMatchTheClosedForm) {
  const double d = 2, smoothing = 0.1;
  const auto logits = torch::tensor({{{d, 0.0}, {0.0, 0.0}}});  // [1, 2, 2]
  const auto labels = torch::tensor({{1, 0}}, torch::kInt64);   // the first place predicts the second label, word 0
  const double right = std::log1p(std::exp(-d)), wrong = right + d;
  const double wanted = (1 - smoothing) * right + smoothing * (right + wrong) / 2;
  EXPECT_NEAR(lm_loss(logits, labels, smoothing).item<double>(), wanted, 1e-6);
  EXPECT_NEAR(lm_loss(logits, labels, 0).item<double>(), right, 1e-6);
}

TEST(LmLoss, IgnoredLabelsCountNeitherInTheMeanNorInTheSum) {
  torch::manual_seed(1);
  const auto logits = torch::randn({2, 4, 5});
  const auto labels = torch::tensor({{0, 1, 2, 3}, {0, 4, -100, -100}}, torch::kInt64);
  const auto by_text = lm_loss_by_text(logits, labels, 0.1);
  EXPECT_NEAR(lm_loss(logits, labels, 0.1).item<double>(), by_text.sum().item<double>() / 4, 1e-5);
  auto other = logits.clone();
  other[1].narrow(0, 1, 3).fill_(5);
  EXPECT_TRUE(torch::equal(lm_loss_by_text(other, labels, 0.1), by_text));
}

TEST(LmLoss, GradientsAgreeWithDifferences) {
  torch::manual_seed(2);
  const auto logits = torch::randn({2, 3, 4}, torch::kFloat64);
  const auto labels = torch::tensor({{0, 1, 2}, {3, 2, -100}}, torch::kInt64);
  test::expect_gradient_of_differences([&](const torch::Tensor& x) { return lm_loss(x, labels, 0.1); }, logits);
  const auto weights = torch::tensor({0.3, 0.7}, torch::kFloat64);
  test::expect_gradient_of_differences(
      [&](const torch::Tensor& x) { return (lm_loss_by_text(x, labels, 0.1) * weights).sum(); }, logits);
}

TEST(LmLoss, LabelsLeaveOutPaddingAndPrompt) {
  const auto ids = torch::tensor({{9, 4, 5, 0}}, torch::kInt64);
  const auto keep = torch::tensor({{true, true, true, false}});
  EXPECT_TRUE(torch::equal(lm_labels(ids, keep), torch::tensor({{9, 4, 5, -100}}, torch::kInt64)));
  EXPECT_TRUE(torch::equal(lm_labels(ids, keep, 2), torch::tensor({{-100, -100, 5, -100}}, torch::kInt64)));
  EXPECT_TRUE(torch::equal(ids, torch::tensor({{9, 4, 5, 0}}, torch::kInt64)));
}

TEST(LmLoss, RejectsLabelsOfAnotherLength) {
  EXPECT_THROW(lm_loss(torch::zeros({2, 3, 4}), torch::zeros({2, 4}, torch::kInt64), 0), c10::Error);
}

TEST(LmLabels, EachTextMayHaveAPromptOfItsOwn) {
  const auto ids = torch::tensor({4, 5, 6, 7, 8, 9}).view({2, 3});
  const auto keep = torch::tensor({1, 1, 1, 1, 1, 0}).view({2, 3}).to(torch::kBool);
  const auto labels = lm_labels(ids, keep, torch::tensor({2, 0}));
  EXPECT_TRUE(labels.equal(torch::tensor({-100, -100, 6, 7, 8, -100}).view({2, 3})));
}

}  // namespace
}  // namespace blip
