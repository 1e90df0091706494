#include "training/trainer/train_step.h"

#include <cmath>

#include "training/optim/flat_parameters.h"
#include "training/trainer/autocast_guard.h"

namespace blip {

TrainStep::TrainStep(const Recipe& recipe, TrainingTask& task, AdamW& optimizer, BatchSource& data,
                     Communicator& communicator)
    : recipe_(recipe), task_(task), optimizer_(optimizer), data_(data), communicator_(communicator) {}

void TrainStep::forward_backward(const StepContext& context, StepResult& result) {
  const std::int64_t parts = recipe_.optimizer.accumulation;
  data_.next(batch_);
  StepLosses losses;
  {
    const AutocastGuard autocast(task_.flat_parameters().values().device(), recipe_.precision == Precision::kBFloat16);
    losses = task_.step(batch_, context);
  }
  const auto total = losses.total.item<double>();
  if (!std::isfinite(total) && result.broken_batch.empty()) result.broken_batch = batch_.ids;

  const auto add = [&](std::size_t place, const std::string& name, double value) {
    if (result.losses.size() <= place) result.losses.emplace_back(name, 0);
    result.losses[place].second += value / static_cast<double>(parts);
  };
  add(0, "loss", total);
  for (std::size_t i = 0; i < losses.parts.size(); ++i)
    add(i + 1, losses.parts[i].first, losses.parts[i].second.item<double>());
  result.samples += batch_.size;
  (parts == 1 ? losses.total : losses.total / static_cast<double>(parts)).backward();
}

StepResult TrainStep::run(double lr, const StepContext& context, std::vector<double>& any_flags) {
  auto& parameters = task_.flat_parameters();
  StepResult result;
  parameters.zero_gradients();
  for (std::int64_t part = 0; part < recipe_.optimizer.accumulation; ++part) forward_backward(context, result);

  bool broken = !result.broken_batch.empty();
  if (communicator_.size() > 1) {
    any_flags.push_back(broken ? 1 : 0);
    auto flags = torch::tensor(any_flags, torch::kFloat64);
    communicator_.sum_(flags);
    for (std::size_t i = 0; i < any_flags.size(); ++i)
      any_flags[i] = flags[static_cast<std::int64_t>(i)].item<double>();
    broken = any_flags.back() > 0;
    any_flags.pop_back();
    if (broken && result.broken_batch.empty()) result.broken_batch = {"a sample of another process"};
  }
  if (broken) return result;

  communicator_.average_(parameters.gradients());
  if (recipe_.optimizer.clip_norm > 0) {
    result.gradient_norm = parameters.gradient_norm();
    parameters.clip_gradients(result.gradient_norm, recipe_.optimizer.clip_norm);
  }
  optimizer_.step(lr);
  return result;
}

}  // namespace blip
