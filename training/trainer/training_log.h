#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "training/trainer/evaluator.h"
#include "training/trainer/event_file.h"
#include "training/trainer/metrics_log.h"
#include "training/trainer/output_folder.h"

namespace blip {

// What a training leaves to read: metrics.jsonl, a TensorBoard event file and report.html.
class TrainingLog {
 public:
  // Goes on after `step`. title: "pretrain, seed 42"; recipe: YAML, shown in the report.
  TrainingLog(OutputFolder folder, std::string title, std::string recipe, std::int64_t step);

  void add(std::int64_t step, const MetricValues& values);
  void add_samples(std::int64_t step, std::vector<SamplePrediction> samples);  // in place of earlier ones
  void write_report() const;

 private:
  OutputFolder folder_;
  std::string title_, recipe_;
  MetricsLog metrics_;
  EventFile events_;
  std::int64_t samples_step_ = 0;
  std::vector<SamplePrediction> samples_;
};

}  // namespace blip
