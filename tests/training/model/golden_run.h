#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/text/vocabulary.h"
#include "gtest/gtest.h"
#include "tests/support/golden.h"
#include "tests/support/safetensors_file.h"
#include "training/model/make_task.h"
#include "training/optim/adamw.h"

namespace blip::test {

// A recorded optimiser run of the original code: training/NAME.json and .safetensors.
class GoldenRun {
 public:
  GoldenRun(const std::string& name, LinearProduct linear)
      : folder_(golden_dir()), linear_(linear), arrays(folder_ / "training" / (name + ".safetensors")) {
    std::ifstream in(folder_ / "training" / (name + ".json"));
    if (!in) throw std::runtime_error("cannot open training/" + name + ".json");
    record = nlohmann::json::parse(in);
    const std::string init = record.at("init");  // "pth/retrieval.pth, then …"
    checkpoint = open_checkpoint({.model = (folder_ / init.substr(0, init.find(','))).string()});
    const auto& optimizer = record.at("optimizer");
    adamw_ = {.beta1 = optimizer.at("betas")[0],
              .beta2 = optimizer.at("betas")[1],
              .eps = optimizer.at("eps"),
              .weight_decay = optimizer.at("weight_decay")};
    lr_ = optimizer.at("lr");
  }

  TaskOptions options(const std::string& task) const {
    TaskOptions result;
    result.task = task;
    result.dropout = 0;
    result.linear = linear_;
    result.label_smoothing = record.value("label_smoothing", 0.1);
    result.momentum = record.value("momentum", 0.995);
    result.queue_size = record.value("queue_size", std::int64_t{16});
    result.tokens = Vocabulary::load(checkpoint.vocab).special();
    return result;
  }

  // Pictures by their places in images.safetensors.
  std::vector<float> pictures(const nlohmann::json& places, std::int64_t& side) const {
    const SafetensorsFile file(folder_ / "pth" / "images.safetensors");
    const auto all = file.floats("pixel_values");
    side = file.shape("pixel_values").back();
    const auto length = static_cast<std::size_t>(3 * side * side);
    std::vector<float> chosen;
    for (const std::size_t place : places) {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(place * length);
      chosen.insert(chosen.end(), begin, begin + static_cast<std::ptrdiff_t>(length));
    }
    return chosen;
  }

  TokenBatch tokens(const std::string& ids, const std::string& mask) const {
    const auto& shape = arrays.shape(ids);
    const auto keep = arrays.ints(mask);
    return {shape[0], shape[1], arrays.ints(ids), {keep.begin(), keep.end()}};
  }

  // Backward and the optimiser; `wanted` is the recorded step. Compares losses and gradients.
  void finish_step(TrainingTask& task, const StepLosses& losses, const nlohmann::json& wanted, bool first) {
    double total = 0;
    for (const auto& [part, loss] : losses.parts) {
      total += loss.item<double>();
      const double value = wanted.contains("losses") ? wanted.at("losses").at(part) : wanted.at(part);
      EXPECT_NEAR(loss.item<double>(), value, 1e-5 * value) << part;
    }
    EXPECT_NEAR(losses.total.item<double>(), wanted.at("loss"), 1e-5 * wanted.at("loss").get<double>());
    task.flat_parameters().zero_gradients();
    losses.total.backward();
    compare_gradients(task, wanted, first);
    if (!optimizer_) optimizer_ = std::make_unique<AdamW>(task.flat_parameters(), adamw_);
    optimizer_->step(lr_);
  }

  void compare_weights(const TrainingTask& task) const {
    const auto& after = record.at("after");
    std::map<std::string, torch::Tensor> state;
    for (const auto& [name, tensor] : task.state()) state[name] = tensor;
    std::size_t compared = 0;
    for (const auto& [name, wanted] : after.items()) {
      if (name.ends_with("position_ids")) continue;  // no parameter: 0, 1, 2, …
      ASSERT_TRUE(state.contains(name)) << name;
      if (is_noise(name)) continue;
      const auto values = state.at(name).to(torch::kFloat64);
      const double count = static_cast<double>(values.numel());
      EXPECT_EQ(values.sizes().vec(), wanted.at("shape").get<std::vector<std::int64_t>>()) << name;
      EXPECT_NEAR(values.norm().item<double>(), wanted.at("l2"), 5e-5 * std::sqrt(count)) << name;
      EXPECT_NEAR(values.sum().item<double>(), wanted.at("sum"), 5e-5 * count) << name;
      ++compared;
    }
    EXPECT_GT(compared, 0u);
    for (const auto& name : arrays.names()) {
      const bool queue = name == "image_queue" || name == "text_queue" || name == "queue_ptr";
      if (!queue && !name.starts_with("after.")) continue;
      const std::string key = queue ? name : name.substr(6);
      ASSERT_TRUE(state.contains(key)) << key;
      if (!is_noise(key)) compare(state.at(key), name, key.find("queue") != std::string::npos ? 1e-5 : 5e-5);
    }
  }

  nlohmann::json record;

 private:
  std::filesystem::path folder_;
  LinearProduct linear_;

 public:
  SafetensorsFile arrays;
  Checkpoint checkpoint;

 private:
  // The true gradient of a key bias is 0; AdamW makes steps of full size of its rounding noise (the data's README).
  bool is_noise(const std::string& name) const {
    const auto& after = record.at("after");
    return after.contains(name) && after.at(name).value("float64_max_abs_diff", 0.0) > 1e-5;
  }

  void compare(const torch::Tensor& found, const std::string& array, double tolerance) const {
    if (found.scalar_type() == torch::kInt64) {
      const auto wanted = arrays.ints(array);
      EXPECT_TRUE(found.flatten().equal(torch::tensor(wanted))) << array;
      return;
    }
    const auto wanted = torch::tensor(arrays.floats(array));
    ASSERT_EQ(found.numel(), wanted.numel()) << array;
    EXPECT_LE((found.detach().flatten() - wanted).abs().max().item<double>(), tolerance) << array;
  }

  void compare_gradients(TrainingTask& task, const nlohmann::json& wanted, bool first) const {
    std::map<std::string, double> squares;  // by top-level module
    double all = 0;
    for (const auto& [name, tensor] : task.parameters()) {
      const double norm = tensor.grad().norm().item<double>();
      squares[name.substr(0, name.find('.'))] += norm * norm;
      all += norm * norm;
    }
    for (const auto& [module, norm] : wanted.at("grad_norm").items()) {
      const double found = std::sqrt(module == "total" ? all : squares[module]);
      EXPECT_NEAR(found, norm, 1e-4 * norm.get<double>()) << module;
    }
    if (!first) return;
    std::map<std::string, torch::Tensor> state;
    for (const auto& [name, tensor] : task.state()) state[name] = tensor;
    for (const auto& [name, norm] : wanted.at("grad_norm_per_parameter").items()) {
      if (is_noise(name)) continue;
      EXPECT_NEAR(state.at(name).grad().norm().item<double>(), norm, 1e-4 * norm.get<double>()) << name;
    }
    for (const auto& array : arrays.names()) {
      const std::string prefix = "step1.grad.";
      if (array.starts_with(prefix)) compare(state.at(array.substr(prefix.size())).grad(), array, 1e-4);
    }
  }

  AdamWOptions adamw_;
  double lr_ = 0;
  std::unique_ptr<AdamW> optimizer_;
};

}  // namespace blip::test
