#include "training/trainer/validation_loss.h"

#include <algorithm>

#include "training/distributed/communicator.h"
#include "training/optim/flat_parameters.h"
#include "training/trainer/autocast_guard.h"
#include "training/trainer/random_state.h"
#include "training/trainer/step_averages.h"
#include "training/trainer/training_state.h"

namespace blip {

ValidationLoss::ValidationLoss(BatchSource& data, std::int64_t max_batches, double alpha, bool bfloat16)
    : data_(data), max_batches_(max_batches), alpha_(alpha), bfloat16_(bfloat16) {}

Evaluation ValidationLoss::evaluate(TrainingTask& task, Communicator* communicator) {
  const std::int64_t batches =
      max_batches_ > 0 ? std::min(max_batches_, data_.batches_per_epoch()) : data_.batches_per_epoch();
  const StateSnapshot snapshot(task);
  StepAverages averages;
  {
    const torch::NoGradGuard no_grad;
    seed_random_numbers(0);  // equal negatives at every validation
    task.set_training(false);
    data_.seek(0, 0);
    Batch batch;
    for (std::int64_t i = 0; i < batches; ++i) {
      data_.next(batch);
      const AutocastGuard autocast(task.flat_parameters().values().device(), bfloat16_);
      const StepLosses losses = task.step(batch, {.alpha = alpha_, .communicator = communicator});
      MetricValues values{{"val_loss", losses.total.item<double>()}};
      for (const auto& [name, value] : losses.parts) values.emplace_back("val_" + name, value.item<double>());
      averages.add(values, batch.size);
    }
  }
  snapshot.restore();
  task.set_training(true);

  Evaluation evaluation{averages.means(), {}};
  if (communicator == nullptr) return evaluation;
  for (auto& [name, value] : evaluation.metrics) {
    auto mean = torch::tensor(value, torch::kFloat64);
    communicator->average_(mean);
    value = mean.item<double>();
  }
  return evaluation;
}

}  // namespace blip
