#include "training/trainer/step_averages.h"

#include <algorithm>

namespace blip {

void StepAverages::add(const MetricValues& values, std::int64_t samples) {
  for (const auto& [name, value] : values) {
    const auto known = std::find_if(sums_.begin(), sums_.end(), [&](const auto& sum) { return sum.first == name; });
    if (known == sums_.end()) {
      sums_.emplace_back(name, value);
    } else {
      known->second += value;
    }
  }
  ++steps_;
  samples_ += samples;
}

void StepAverages::clear() {
  *this = {};
}

MetricValues StepAverages::means() const {
  MetricValues means = sums_;
  for (auto& mean : means) mean.second /= static_cast<double>(std::max<std::int64_t>(1, steps_));
  return means;
}

double StepAverages::samples_per_second() const {
  return static_cast<double>(samples_) / seconds();
}

double StepAverages::seconds_per_step() const {
  return steps_ == 0 ? 0 : seconds() / static_cast<double>(steps_);
}

double StepAverages::seconds() const {
  return std::max(1e-6, std::chrono::duration<double>(Clock::now() - begin_).count());
}

}  // namespace blip
