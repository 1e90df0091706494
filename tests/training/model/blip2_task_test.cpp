#include "training/model/blip2_task.h"

#include <map>

#include "gtest/gtest.h"
#include "tests/training/model/small_blip2.h"
#include "training/optim/adamw.h"

namespace blip {
namespace {

using test::named;

TEST(Blip2Task, TrainsAllButTheImageEncoderAndTheLanguageModel) {
  const Blip2Stage2 task(test::small_blip2_options(), test::small_blip2(/*stage=*/2));
  const auto trained = named(task.parameters());
  EXPECT_TRUE(trained.contains("query_tokens"));
  EXPECT_TRUE(trained.contains("visual_encoder.norm.weight"));
  EXPECT_TRUE(trained.contains("language_projection.bias"));
  EXPECT_TRUE(trained.contains("Qformer.bert.encoder.layer.0.crossattention.self.key.weight"));
  for (const auto& [name, tensor] : trained) {
    EXPECT_FALSE(name.starts_with("language_model.")) << name;
    EXPECT_FALSE(name.starts_with("visual_encoder.blocks.")) << name;
    EXPECT_EQ(name.find("intermediate.dense"), std::string::npos) << "a feed-forward of texts: " << name;
  }
  for (const auto& [name, tensor] : task.frozen_image_encoder()) {
    EXPECT_FALSE(tensor.requires_grad()) << name;
    EXPECT_FALSE(trained.contains(name)) << name;
  }
  EXPECT_FALSE(task.frozen_language_model().empty());
}

TEST(Blip2Task, AStepLeavesWhatIsFrozen) {
  torch::manual_seed(1);
  Blip2Stage2 task(test::small_blip2_options(), test::small_blip2(/*stage=*/2));
  test::fill_frozen(task);
  std::map<std::string, torch::Tensor> before;
  for (const auto& [name, tensor] : task.frozen_language_model()) before[name] = tensor.clone();
  for (const auto& [name, tensor] : task.parameters()) before[name] = tensor.detach().clone();
  AdamW optimizer(task.flat_parameters(), {});
  task.flat_parameters().zero_gradients();
  task.step(test::small_blip2_batch(), {}).total.backward();
  optimizer.step(1e-2);
  for (const auto& [name, tensor] : task.frozen_language_model()) EXPECT_TRUE(torch::equal(tensor, before[name]));
  for (const auto& [name, tensor] : task.parameters())
    EXPECT_FALSE(torch::equal(tensor, before[name])) << name << " has not moved";
}

TEST(Blip2Task, StoredStatesGiveTheLossOfThePictures) {
  torch::manual_seed(2);
  Blip2Stage2 task(test::small_blip2_options(), test::small_blip2(/*stage=*/2));
  test::fill_frozen(task);
  Batch batch = test::small_blip2_batch();
  const double of_pictures = task.step(batch, {}).total.item<double>();

  Vit vit(task.config().vision);
  const auto parameters = vit->named_parameters();
  const torch::NoGradGuard no_grad;
  for (const auto& [name, tensor] : task.frozen_image_encoder())
    torch::Tensor(parameters[name.substr(std::string("visual_encoder.").size())]).copy_(tensor);
  const auto pixels = torch::from_blob(batch.images.data(), {batch.size, 3, batch.side, batch.side}, torch::kFloat32);
  const auto states = vit->blocks(pixels).to(torch::kHalf).contiguous();
  batch.images.clear();
  batch.state_tokens = states.size(1);
  batch.state_width = states.size(2);
  const auto* numbers = static_cast<const std::uint16_t*>(states.data_ptr());
  batch.states.assign(numbers, numbers + states.numel());
  EXPECT_NEAR(task.step(batch, {}).total.item<double>(), of_pictures, 2e-3);
}

TEST(Blip2Task, FineTuningMayTrainTheImageEncoder) {
  torch::manual_seed(3);
  auto options = test::small_blip2_options();
  options.train_vision = true;
  Blip2Stage2 task(options, test::small_blip2(/*stage=*/2));
  EXPECT_TRUE(task.frozen_image_encoder().empty());
  test::fill_frozen(task);
  task.flat_parameters().zero_gradients();
  task.step(test::small_blip2_batch(), {}).total.backward();
  EXPECT_GT(named(task.parameters()).at("visual_encoder.patch_embed.proj.weight").grad().abs().sum().item<double>(), 0);
}

TEST(Blip2Task, BeginsFromBertWithItsFeedForwardForQueriesToo) {
  torch::manual_seed(4);
  const Blip2Stage1 task(test::small_blip2_options(), test::small_blip2(/*stage=*/1));
  const auto state = named(task.state());
  const std::string layer = "Qformer.bert.encoder.layer.1.";
  const auto cross = state.at("Qformer.bert.encoder.layer.0.crossattention.self.key.weight").clone();
  std::map<std::string, torch::Tensor> bert;
  Checkpoint checkpoint;
  for (const char* name : {"encoder.layer.1.intermediate.dense.weight", "encoder.layer.1.output.dense.bias",
                           "encoder.layer.1.attention.self.query.weight", "embeddings.word_embeddings.weight",
                           "encoder.layer.0.crossattention.self.key.weight"}) {
    const auto tensor = torch::randn(state.at(std::string("Qformer.bert.") + name).sizes());
    bert[name] = tensor;
    TensorView view;
    view.dtype = DType::kFloat32;
    view.shape = tensor.sizes().vec();
    view.data = tensor.data_ptr();
    checkpoint.tensors.emplace(std::string("text_encoder.") + name, view);
  }
  // The word embeddings are the head, too: once under each name.
  EXPECT_EQ(begin_from_bert(task.state(), checkpoint), 6);
  EXPECT_TRUE(torch::equal(state.at(layer + "intermediate.dense.weight"),
                           bert.at("encoder.layer.1.intermediate.dense.weight")));
  EXPECT_TRUE(torch::equal(state.at(layer + "intermediate_query.dense.weight"),
                           bert.at("encoder.layer.1.intermediate.dense.weight")));
  EXPECT_TRUE(torch::equal(state.at(layer + "output_query.dense.bias"), bert.at("encoder.layer.1.output.dense.bias")));
  EXPECT_TRUE(
      torch::equal(state.at("Qformer.cls.predictions.decoder.weight"), bert.at("embeddings.word_embeddings.weight")));
  EXPECT_TRUE(torch::equal(state.at("Qformer.bert.encoder.layer.0.crossattention.self.key.weight"), cross));
}

}  // namespace
}  // namespace blip
