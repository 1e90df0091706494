#include "training/model/language_model_task.h"

#include <gmock/gmock.h>

#include <cmath>

#include "core/base/error.h"
#include "gtest/gtest.h"
#include "training/optim/adamw.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

LanguageModelOptions small_options() {
  LanguageModelOptions options;
  options.config.vocab_size = 11;
  options.config.width = 8;
  options.config.depth = 2;
  options.config.heads = 2;
  options.config.ffn_width = 16;
  options.config.max_positions = 12;
  options.config.pad_token = 1;
  return options;
}

Batch batch_of(const std::vector<std::vector<std::int64_t>>& texts, std::vector<std::int64_t> prompts) {
  Batch batch;
  batch.size = static_cast<std::int64_t>(texts.size());
  batch.prompt_tokens = std::move(prompts);
  batch.texts.texts = batch.size;
  for (const auto& text : texts)
    batch.texts.length = std::max(batch.texts.length, static_cast<std::int64_t>(text.size()));
  for (const auto& text : texts) {
    for (std::int64_t t = 0; t < batch.texts.length; ++t) {
      const bool there = t < static_cast<std::int64_t>(text.size());
      batch.texts.ids.push_back(there ? text[static_cast<std::size_t>(t)] : 1);
      batch.texts.mask.push_back(there ? 1 : 0);
    }
  }
  return batch;
}

torch::Tensor find(const LanguageModelTask& task, const std::string& name) {
  for (const auto& parameter : task.parameters())
    if (parameter.name == name) return parameter.tensor;
  throw std::runtime_error("no " + name);
}

TEST(LanguageModelTask, WithoutWordsEveryTokenIsAsLikely) {
  LanguageModelTask task(small_options());
  {
    const torch::NoGradGuard no_grad;
    find(task, "language_model.model.decoder.embed_tokens.weight").zero_();
  }
  const auto losses = task.step(batch_of({{2, 4, 5}, {2, 6}}, {0, 0}), {});
  EXPECT_NEAR(losses.total.item<double>(), std::log(11.), 1e-5);
}

TEST(LanguageModelTask, PromptAndPaddingHaveNoLoss) {
  torch::manual_seed(1);
  LanguageModelTask task(small_options());
  task.set_training(false);
  const auto loss = [&](const Batch& batch) { return task.step(batch, {}).total.item<double>(); };
  // Two tokens of the first text and one of the second count; the mean is over all three.
  const double together = loss(batch_of({{2, 4, 5, 6}, {2, 7, 8}}, {2, 2}));
  const double first = loss(batch_of({{2, 4, 5, 6}}, {2})), second = loss(batch_of({{2, 7, 8}}, {2}));
  EXPECT_NEAR(together, (2 * first + second) / 3, 1e-5);
  EXPECT_NE(first, loss(batch_of({{2, 4, 5, 6}}, {0})));
}

TEST(LanguageModelTask, LearnsWhatFollows) {
  torch::manual_seed(2);
  LanguageModelTask task(small_options());
  AdamW optimizer(task.flat_parameters(), {.weight_decay = 0});
  double loss = 0;
  for (int step = 0; step < 150; ++step) {
    const auto losses = task.step(batch_of({{2, 4, 5, 6, 3}, {2, 7, 8, 9, 3}}, {2, 2}), {});
    task.flat_parameters().zero_gradients();
    losses.total.backward();
    optimizer.step(1e-2);
    loss = losses.total.item<double>();
  }
  EXPECT_LT(loss, 0.05);
}

TEST(LanguageModelTask, DecaySparesBiasesAndNorms) {
  LanguageModelTask task(small_options());
  for (const auto& parameter : task.parameters()) {
    const bool matrix = parameter.tensor.dim() == 2;
    EXPECT_EQ(task.decays(parameter), matrix) << parameter.name;
  }
  EXPECT_TRUE(lavis_decays({"temp", torch::zeros({})}));
}

TEST(LanguageModelTask, BeginsFromGivenWeightsOfItsSizes) {
  torch::manual_seed(3);
  const LanguageModelTask task(small_options());
  TensorMap init;
  for (const auto& [name, tensor] : task.parameters()) {
    TensorView view;
    view.dtype = DType::kFloat32;
    view.shape = tensor.sizes().vec();
    view.data = tensor.data_ptr();
    init.emplace(name, view);
  }
  const LanguageModelTask again(small_options(), init);
  for (const auto& [name, tensor] : again.parameters()) EXPECT_TRUE(torch::equal(tensor, find(task, name))) << name;
  auto wider = small_options();
  wider.config.ffn_width = 24;
  EXPECT_THAT([&] { LanguageModelTask(wider, init); }, ThrowsMessage<Error>(HasSubstr("of the recipe's size")));
  wider.config.heads = 3;
  EXPECT_THAT([&] { LanguageModelTask{wider}; }, ThrowsMessage<Error>(HasSubstr("no multiple of its heads, 3")));
  wider.config.depth = 0;
  EXPECT_THAT([&] { LanguageModelTask{wider}; }, ThrowsMessage<Error>(HasSubstr("depth is 0")));
}

}  // namespace
}  // namespace blip
