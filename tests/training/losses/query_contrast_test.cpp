#include "training/losses/query_contrast.h"

#include <cmath>

#include "tests/training/losses/gradient_check.h"

namespace blip {
namespace {

torch::Tensor unit(torch::Tensor x) {
  return x / x.norm(2, -1, true);
}

QueryContrastInputs random_inputs(int64_t pairs, int64_t queries, int64_t width) {
  torch::manual_seed(3);
  QueryContrastInputs in;
  in.image = unit(torch::randn({pairs, queries, width}, torch::kFloat64));
  in.text = unit(torch::randn({pairs, width}, torch::kFloat64));
  in.all_images = in.image;
  in.all_texts = in.text;
  return in;
}

TEST(QueryContrast, TheMostSimilarQueryCounts) {
  // Picture 0 has one query for each text, picture 1 none for text 0.
  QueryContrastInputs in;
  in.image = torch::tensor({1.F, 0.F, 0.F, 1.F, 0.F, 1.F, 0.F, 1.F}).view({2, 2, 2});
  in.text = torch::eye(2);
  in.all_images = in.image;
  in.all_texts = in.text;
  const auto found = query_contrast(in, torch::tensor(0.5), /*label_smoothing=*/0);
  EXPECT_TRUE(torch::allclose(found.sim_i2t, torch::tensor({2.F, 2.F, 0.F, 2.F}).view({2, 2})));
  EXPECT_TRUE(torch::allclose(found.sim_t2i, torch::tensor({2.F, 0.F, 2.F, 2.F}).view({2, 2})));
  // Picture to text: log 2 and log(1 + e^-2); text to picture: the same two.
  EXPECT_NEAR(found.loss.item<double>(), (std::log(2.) + std::log1p(std::exp(-2.))) / 2, 1e-6);
}

TEST(QueryContrast, SmoothingGivesEveryPairItsShare) {
  const auto in = random_inputs(3, 2, 4);
  const double smoothing = 0.3;
  const auto found = query_contrast(in, torch::tensor(0.2, torch::kFloat64), smoothing);
  double wanted = 0;
  for (const auto& sim : {found.sim_i2t, found.sim_t2i}) {
    const auto log_share = torch::log_softmax(sim, 1);
    for (int64_t i = 0; i < 3; ++i)
      for (int64_t j = 0; j < 3; ++j)
        wanted -= log_share[i][j].item<double>() * ((i == j ? 1 - smoothing : 0) + smoothing / 3) / 6;
  }
  EXPECT_NEAR(found.loss.item<double>(), wanted, 1e-12);
}

TEST(QueryContrast, PicturesOfOneIdShareTheTargetAndAreNoNegatives) {
  auto in = random_inputs(3, 2, 4);
  in.image_ids = in.all_image_ids = torch::tensor({7, 5, 7});
  const auto found = query_contrast(in, torch::tensor(0.2, torch::kFloat64), 0);
  const auto log_share = torch::log_softmax(found.sim_i2t, 1) + torch::log_softmax(found.sim_t2i, 1);
  const auto target = torch::tensor({.5, 0., .5, 0., 1., 0., .5, 0., .5}, torch::kFloat64).view({3, 3});
  EXPECT_NEAR(found.loss.item<double>(), -(log_share * target).sum().item<double>() / 6, 1e-12);
  const auto weights = query_negative_weights(found.sim_t2i, in);
  EXPECT_EQ(weights[0][2].item<double>(), 0);
  EXPECT_EQ(weights[0][1].item<double>(), 1);
  EXPECT_NEAR(weights.sum().item<double>(), 3, 1e-12);
}

TEST(QueryContrast, ASliceOfRanksHasItsRowsOfTheWhole) {
  const auto whole = random_inputs(4, 2, 3);
  const auto temperature = torch::tensor(0.3, torch::kFloat64);
  const auto all = query_contrast(whole, temperature, 0.1);
  double loss = 0;
  for (const int64_t first : {0, 2}) {
    QueryContrastInputs part = whole;
    part.image = whole.image.narrow(0, first, 2);
    part.text = whole.text.narrow(0, first, 2);
    part.first = first;
    const auto found = query_contrast(part, temperature, 0.1);
    loss += found.loss.item<double>() / 2;
    EXPECT_TRUE(torch::allclose(found.sim_t2i, all.sim_t2i.narrow(0, first, 2)));
    const auto weights = query_negative_weights(found.sim_i2t, part);
    EXPECT_EQ(weights[1][first + 1].item<double>(), 0);
  }
  EXPECT_NEAR(loss, all.loss.item<double>(), 1e-12);
}

TEST(QueryContrast, GradientsAreThoseOfDifferences) {
  const auto in = random_inputs(3, 2, 3);
  const auto loss_of = [&](const torch::Tensor& image, const torch::Tensor& text, const torch::Tensor& temperature) {
    QueryContrastInputs changed;
    changed.image = changed.all_images = image;
    changed.text = changed.all_texts = text;
    return query_contrast(changed, temperature, 0.1).loss;
  };
  const auto temperature = torch::tensor(0.4, torch::kFloat64);
  test::expect_gradient_of_differences([&](const torch::Tensor& x) { return loss_of(x, in.text, temperature); },
                                       in.image);
  test::expect_gradient_of_differences([&](const torch::Tensor& x) { return loss_of(in.image, x, temperature); },
                                       in.text);
  test::expect_gradient_of_differences([&](const torch::Tensor& x) { return loss_of(in.image, in.text, x); },
                                       temperature);
}

}  // namespace
}  // namespace blip
