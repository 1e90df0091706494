#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "training/trainer/evaluator.h"
#include "training/trainer/metrics_log.h"

namespace blip {

struct ReportContent {
  std::string title;
  std::string recipe = {};  // YAML
  std::vector<std::pair<std::int64_t, MetricValues>> metrics = {};
  std::vector<SamplePrediction> samples = {};
  std::int64_t samples_step = 0;
};

// One HTML page that needs nothing else: curves, the last values, sample predictions, the recipe. Light and dark, and
// as wide as a phone.
std::string training_report(const ReportContent& content);

}  // namespace blip
