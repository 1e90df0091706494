#include "tests/training/model/golden_run.h"
#include "training/model/blip_pretrain.h"

namespace blip::test {
namespace {

torch::Tensor matrix(const nlohmann::json& rows) {
  std::vector<torch::Tensor> tensors;
  for (const auto& row : rows) tensors.push_back(torch::tensor(row.get<std::vector<float>>()));
  return torch::stack(tensors);
}

class PretrainGolden : public testing::TestWithParam<LinearProduct> {};
INSTANTIATE_TEST_SUITE_P(Products, PretrainGolden,
                         testing::Values(LinearProduct::kLibTorch, LinearProduct::kOneDnnAlways));

TEST_P(PretrainGolden, StepsAgreeWithTheOriginal) {
  GoldenRun run("pretrain", GetParam());
  std::string not_found;
  const auto task = make_task(run.options("pretrain"), run.checkpoint, not_found);
  EXPECT_EQ(not_found, "");
  auto& pretrain = dynamic_cast<BlipPretrain&>(*task);
  // The original hands the momentum copies to the optimiser, too, which passes over them as they have no gradient.
  auto numbers = task->flat_parameters().parameter_count();
  auto tensors = task->parameters().size();
  for (const auto& [name, tensor] : task->state()) {
    if (!name.substr(0, name.find('.')).ends_with("_m")) continue;
    numbers += tensor.numel();
    ++tensors;
  }
  EXPECT_EQ(numbers, run.record.at("parameters_in_optimizer"));
  EXPECT_EQ(tensors, run.record.at("tensors_in_optimizer"));

  const auto& steps = run.record.at("steps");
  ASSERT_FALSE(steps.empty());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& wanted = steps[i];
    const std::string prefix = "step" + std::to_string(i + 1) + ".";
    SCOPED_TRACE(prefix);
    int asked = 0;
    pretrain.set_negatives([&](const torch::Tensor& weights) {
      const bool images = asked++ == 0;
      EXPECT_TRUE(torch::allclose(weights, matrix(wanted.at(images ? "weights_t2i" : "weights_i2t")), 1e-4, 1e-5));
      return torch::tensor(wanted.at(images ? "negative_images" : "negative_texts").get<std::vector<std::int64_t>>());
    });
    Batch batch;
    batch.images = run.pictures(wanted.at("images"), batch.side);
    batch.size = static_cast<std::int64_t>(wanted.at("images").size());
    batch.texts = run.tokens(prefix + "input_ids", prefix + "attention_mask");
    std::map<std::string, torch::Tensor> state;
    for (const auto& [name, tensor] : task->state()) state[name] = tensor;
    const auto losses = task->step(batch, {.alpha = wanted.at("alpha")});
    EXPECT_NEAR(state.at("temp").item<double>(), wanted.at("temp_before"), 1e-6);
    EXPECT_EQ(state.at("queue_ptr").item<std::int64_t>(), wanted.at("queue_ptr_after"));
    EXPECT_EQ(asked, 2);
    run.finish_step(*task, losses, wanted, i == 0);
    EXPECT_NEAR(state.at("temp").item<double>(), wanted.at("temp_after"), 1e-5);
  }
  run.compare_weights(*task);
}

}  // namespace
}  // namespace blip::test
