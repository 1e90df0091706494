#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "training/optim/flat_parameters.h"
#include "training/trainer/batch_source.h"
#include "training/trainer/evaluator.h"
#include "training/trainer/training_monitor.h"

namespace blip::test {

// A linear model with all that a real task has: noise from LibTorch's generator, a queue with its pointer, a momentum
// copy, a tensor under two names.
class FakeTask final : public TrainingTask {
 public:
  explicit FakeTask(std::int64_t width = 4)
      : weight_(torch::linspace(-1, 1, width).set_requires_grad(true)),
        bias_(torch::zeros({1}).set_requires_grad(true)),
        momentum_(weight_.detach().clone()),
        queue_(torch::zeros({6})),
        pointer_(torch::zeros({1}, torch::kInt64)),
        named_{{"w", weight_}, {"b", bias_}},
        flat_(named_) {}

  std::string_view name() const noexcept override { return "caption"; }
  const ModelConfig& config() const noexcept override { return config_; }
  Layout layout() const noexcept override { return Layout::kCaptioner; }
  const std::vector<NamedTensor>& parameters() const noexcept override { return named_; }
  FlatParameters& flat_parameters() noexcept override { return flat_; }
  std::vector<NamedTensor> state() const override {
    return {{"w", weight_},     {"b", bias_},      {"w_tied", weight_},
            {"w_m", momentum_}, {"queue", queue_}, {"ptr", pointer_}};
  }
  void set_training(bool on) override { training_ = on; }

  // The squared distance of noisy w·x + b + mean(queue) + alpha to the sum of x.
  StepLosses step(const Batch& batch, const StepContext& context) override {
    const auto x = torch::tensor(batch.images).view({batch.size, -1}).narrow(1, 0, weight_.size(0));
    const auto noise = training_ && noisy ? torch::rand({1}) * 0.01 : torch::zeros({1});
    const auto y = x.mv(weight_) + bias_ + noise + queue_.mean() + context.alpha;
    const auto loss = (y - x.sum(1)).pow(2).mean();
    const torch::NoGradGuard no_grad;
    momentum_.mul_(0.9).add_(weight_, 0.1);
    const auto at = pointer_.item<std::int64_t>();
    queue_[at] = y.mean() * queue_gain;
    pointer_.fill_((at + 1) % queue_.size(0));
    return {loss, {{"loss_lm", loss.detach()}}};
  }

  bool noisy = true;
  double queue_gain = 0.01;

 private:
  torch::Tensor weight_, bias_, momentum_, queue_, pointer_;
  std::vector<NamedTensor> named_;
  FlatParameters flat_;
  ModelConfig config_;
  bool training_ = true;
};

// Samples that are a function of their place in the order.
class FakeSource final : public BatchSource {
 public:
  FakeSource(std::int64_t batches, std::int64_t batch_size) : batches_(batches), batch_size_(batch_size) {}

  std::int64_t batches_per_epoch() const override { return batches_; }
  void seek(std::int64_t epoch, std::int64_t batch) override { place_ = epoch * batches_ + batch; }
  void next(Batch& batch) override {
    batch.size = batch_size_;
    batch.side = 2;
    batch.images.clear();
    batch.ids.clear();
    for (std::int64_t i = 0; i < batch_size_; ++i) {
      const std::int64_t sample = place_ * batch_size_ + i;
      batch.ids.push_back("sample-" + std::to_string(sample));
      std::mt19937 random(static_cast<unsigned>(sample));
      for (int k = 0; k < 12; ++k) batch.images.push_back(static_cast<float>(random() % 2000) / 1000.0F - 1.0F);
    }
    if (place_ == broken_batch) batch.images[0] = std::numeric_limits<float>::quiet_NaN();
    ++place_;
  }

  std::int64_t broken_batch = -1;

 private:
  std::int64_t batches_, batch_size_, place_ = 0;
};

struct FakeMonitor final : TrainingMonitor {
  void progress(const TrainingProgress& progress) override { last = progress; }
  void message(const std::string& line) override { messages.push_back(line); }
  bool stop_requested() override { return ++steps_asked == stop_at; }

  TrainingProgress last;
  std::vector<std::string> messages;
  std::int64_t stop_at = -1, steps_asked = 0;  // the step during which Ctrl-C comes
};

// Gives the values one after another.
struct FakeEvaluator final : Evaluator {
  explicit FakeEvaluator(std::vector<double> losses) : values(std::move(losses)) {}
  Evaluation evaluate(TrainingTask&, Communicator*) override { return {{{"val_loss", values.at(calls++)}}, {}}; }

  std::vector<double> values;
  std::size_t calls = 0;
};

inline std::vector<torch::Tensor> copies_of(const std::vector<NamedTensor>& state) {
  std::vector<torch::Tensor> copies;
  for (const auto& named : state) copies.push_back(named.tensor.detach().clone());
  return copies;
}

inline bool equal(const std::vector<torch::Tensor>& a, const std::vector<torch::Tensor>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!a[i].equal(b[i])) return false;
  return true;
}

}  // namespace blip::test
