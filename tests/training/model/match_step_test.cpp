#include "training/model/match_step.h"

#include <ATen/ATen.h>

#include "core/model/blip.h"
#include "gtest/gtest.h"
#include "tests/training/model/small_task.h"
#include "training/model/model_init.h"

namespace blip {
namespace {

Blip small_matcher() {
  auto config = test::small_sizes();
  config.encoder_cross_width = config.decoder_cross_width = config.vision.width;
  Blip model(config, Layout::kMatcher);
  torch::manual_seed(5);
  draw_weights(model);
  return model;
}

// What the original does: three batches, keys and values made for each.
torch::Tensor match_loss_in_three(Blip& model, const torch::Tensor& images, const torch::Tensor& wrong_images,
                                  const TextTensors& texts, const TextTensors& wrong) {
  std::vector<torch::Tensor> first_states;
  const auto pass = [&](const torch::Tensor& tokens, const TextTensors& text) {
    const auto cross = model->text_encoder->cross_states(tokens);
    first_states.push_back(model->text_encoder->encode(text.ids, text.keep, &cross).select(1, 0));
  };
  pass(images, texts);
  pass(images.index_select(0, wrong_images), texts);
  pass(images, wrong);
  const auto count = images.size(0);
  const auto labels = torch::cat({torch::ones({count}, torch::kInt64), torch::zeros({2 * count}, torch::kInt64)});
  return at::cross_entropy_loss(model->itm_head(torch::cat(first_states)), labels);
}

TEST(MatchStep, SharedKeysAndValuesGiveTheLossAndGradientsOfThreeBatches) {
  Blip model = small_matcher();
  const auto batch = test::small_batch();
  const TextTensors texts = text_tensors(batch.texts, torch::kCPU);
  const auto swapped = torch::tensor({1, 0}, torch::kInt64);
  const TextTensors wrong{texts.ids.index_select(0, swapped), texts.keep.index_select(0, swapped)};
  const auto tokens = torch::randn({2, 5, 8});

  auto naive_images = tokens.clone().requires_grad_(true);
  const auto naive = match_loss_in_three(model, naive_images, swapped, texts, wrong);
  naive.backward();
  std::vector<torch::Tensor> gradients;
  for (auto& parameter : model->text_encoder->parameters()) {
    gradients.push_back(parameter.grad().clone());
    parameter.mutable_grad().zero_();
  }
  auto images = tokens.clone().requires_grad_(true);
  const auto cross = model->text_encoder->cross_states(images);
  const auto loss = match_loss(model, {cross, swapped, texts, wrong});
  loss.backward();
  EXPECT_NEAR(loss.item<double>(), naive.item<double>(), 1e-6);
  EXPECT_TRUE(torch::allclose(images.grad(), naive_images.grad(), 1e-4, 1e-7));
  std::size_t next = 0;
  for (auto& parameter : model->text_encoder->parameters()) {
    EXPECT_TRUE(torch::allclose(parameter.grad(), gradients[next++], 1e-3, 1e-7));
  }
}

TEST(MatchStep, WrongTextsOfAnotherLengthAreFilledUp) {
  Blip model = small_matcher();
  const auto texts = text_tensors(test::small_batch().texts, torch::kCPU);
  const TextTensors shorter{texts.ids.narrow(1, 0, 3), texts.keep.narrow(1, 0, 3)};
  const TextTensors padded{torch::constant_pad_nd(shorter.ids, {0, 2}), torch::constant_pad_nd(shorter.keep, {0, 2})};
  const auto cross = model->text_encoder->cross_states(torch::randn({2, 5, 8}));
  const auto wrong = torch::tensor({1, 0}, torch::kInt64);
  EXPECT_NEAR(match_loss(model, {cross, wrong, texts, shorter}).item<double>(),
              match_loss(model, {cross, wrong, texts, padded}).item<double>(), 1e-6);
}

}  // namespace
}  // namespace blip
