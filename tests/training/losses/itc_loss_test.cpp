#include "training/losses/itc_loss.h"

#include <cmath>

#include "tests/training/losses/gradient_check.h"

namespace blip {
namespace {

torch::Tensor unit_rows(int64_t rows, int64_t width) {
  const auto x = torch::randn({rows, width}, torch::kFloat64);
  return x / x.norm(2, 1, true);
}

ItcInputs random_inputs(int64_t batch, int64_t width, int64_t queue) {
  torch::manual_seed(7);
  return {unit_rows(batch, width),
          unit_rows(batch, width),
          unit_rows(batch, width),
          unit_rows(batch, width),
          unit_rows(queue, width).t(),
          unit_rows(queue, width).t(),
          {}};
}

TEST(ItcLoss, OrthonormalPairsMatchTheClosedForm) {
  const int64_t batch = 4;
  const double tau = 0.5;
  const auto feat = torch::eye(batch), no_queue = torch::empty({batch, 0});
  const auto found = itc_loss({feat, feat, feat, feat, no_queue, no_queue, {}}, torch::tensor(tau), /*alpha=*/0);
  // Each row has logit 1/tau on the diagonal and 0 elsewhere.
  EXPECT_NEAR(found.loss.item<double>(), std::log1p((batch - 1) * std::exp(-1 / tau)), 1e-6);
}

TEST(ItcLoss, SoftTargetsOfEqualFeaturesAreTheEntropyOfTheSoftmax) {
  // With alpha 1 and momentum features equal to the features, the loss is the entropy of softmax(1/tau, 0, 0).
  const double tau = 0.5;
  const auto feat = torch::eye(3), no_queue = torch::empty({3, 0});
  const auto found = itc_loss({feat, feat, feat, feat, no_queue, no_queue, {}}, torch::tensor(tau), /*alpha=*/1);
  const double sum = std::exp(1 / tau) + 2, p = std::exp(1 / tau) / sum, q = 1 / sum;
  EXPECT_NEAR(found.loss.item<double>(), -p * std::log(p) - 2 * q * std::log(q), 1e-6);
}

TEST(ItcLoss, GradientsAgreeWithDifferences) {
  for (const double alpha : {0.0, 0.4}) {
    const auto in = random_inputs(3, 5, 4);
    const auto temperature = torch::tensor(0.2, torch::kFloat64);
    test::expect_gradient_of_differences(
        [&](const torch::Tensor& image) {
          auto inputs = in;
          inputs.image = image;
          return itc_loss(inputs, temperature, alpha).loss;
        },
        in.image);
    test::expect_gradient_of_differences(
        [&](const torch::Tensor& text) {
          auto inputs = in;
          inputs.text = text;
          return itc_loss(inputs, temperature, alpha).loss;
        },
        in.text);
  }
  // The teacher's temperature has no gradient, so differences agree only without a teacher.
  const auto in = random_inputs(3, 5, 4);
  test::expect_gradient_of_differences([&](const torch::Tensor& tau) { return itc_loss(in, tau, 0).loss; },
                                       torch::tensor(0.2, torch::kFloat64));
}

TEST(ItcLoss, DoesNotSendGradientToTheMomentumFeatures) {
  auto in = random_inputs(3, 5, 4);
  in.image.requires_grad_(true);
  auto momentum = in.image_m.clone().requires_grad_(true);
  // The positive key is the momentum feature itself, so it is the caller who keeps it out of the graph; the targets
  // never take part.
  in.image_m = momentum.detach();
  itc_loss(in, torch::tensor(0.1, torch::kFloat64), 0.4).loss.backward();
  EXPECT_FALSE(momentum.grad().defined());
  EXPECT_TRUE(in.image.grad().defined());
}

TEST(ItcLoss, EveryCaptionOfAPictureIsAPositive) {
  const auto idx = torch::tensor({3, 7, 3}, torch::kInt64), queue = torch::tensor({7, -100}, torch::kInt64);
  const auto found = same_picture_positives(idx, torch::cat({idx, queue}));
  const auto wanted = torch::tensor({{0.5, 0.0, 0.5, 0.0, 0.0}, {0.0, 0.5, 0.0, 0.5, 0.0}, {0.5, 0.0, 0.5, 0.0, 0.0}});
  EXPECT_TRUE(torch::equal(found, wanted.to(torch::kFloat32)));
}

TEST(ItcLoss, RanksThatShareABatchHaveTheLossOfTheWhole) {
  const auto whole = random_inputs(4, 5, 6);
  const auto temperature = torch::tensor(0.2, torch::kFloat64);
  const auto wanted = itc_loss(whole, temperature, 0.4);
  double mean = 0;
  for (const int64_t rank : {0, 1}) {
    auto part = whole;  // two of the four queries, all of the keys
    part.image = whole.image.narrow(0, 2 * rank, 2);
    part.text = whole.text.narrow(0, 2 * rank, 2);
    part.first = 2 * rank;
    const auto found = itc_loss(part, temperature, 0.4);
    mean += found.loss.item<double>() / 2;
    EXPECT_TRUE(torch::allclose(found.sim_i2t, wanted.sim_i2t.narrow(0, 2 * rank, 2).narrow(1, 2 * rank, 2)));
  }
  EXPECT_NEAR(mean, wanted.loss.item<double>(), 1e-12);
}

TEST(ItcLoss, RejectsFeaturesOfDifferentWidthAndAlphaOutOfRange) {
  auto in = random_inputs(3, 5, 4);
  const auto temperature = torch::tensor(0.1, torch::kFloat64);
  EXPECT_THROW(itc_loss(in, temperature, 1.5), c10::Error);
  in.first = 1;  // there is no key for the last pair
  EXPECT_THROW(itc_loss(in, temperature, 0), c10::Error);
  in.first = 0;
  in.text = unit_rows(3, 6);
  EXPECT_THROW(itc_loss(in, temperature, 0), c10::Error);
}

}  // namespace
}  // namespace blip
