#include "training/trainer/training_log.h"

#include <utility>

#include "core/base/file_output.h"
#include "training/trainer/report.h"

namespace blip {

TrainingLog::TrainingLog(OutputFolder folder, std::string title, std::string recipe, std::int64_t step)
    : folder_(std::move(folder)),
      title_(std::move(title)),
      recipe_(std::move(recipe)),
      metrics_(folder_.metrics(), step),
      events_(folder_.path, step == 0 ? 0 : step + 1) {}

void TrainingLog::add(std::int64_t step, const MetricValues& values) {
  metrics_.add(step, values);
  events_.add(step, values);
}

void TrainingLog::add_samples(std::int64_t step, std::vector<SamplePrediction> samples) {
  samples_step_ = step;
  samples_ = std::move(samples);
}

void TrainingLog::write_report() const {
  FileOutput file(folder_.report());
  file.write(training_report({.title = title_,
                              .recipe = recipe_,
                              .metrics = read_metrics(folder_.metrics()),
                              .samples = samples_,
                              .samples_step = samples_step_}));
  file.finish();
}

}  // namespace blip
