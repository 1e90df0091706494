#include "training/eval/result_builder.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "training/metrics/bootstrap.h"

namespace blip {
namespace {

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace

void ResultBuilder::fail(const std::string& what, std::int64_t samples) {
  result_.missing.push_back(what);
  result_.counts.failed += samples;
}

ResultBuilder::Values ResultBuilder::values_of(const std::function<const double*(std::size_t sample)>& find) const {
  Values found;
  for (std::size_t s = 0; s < result_.samples.size(); ++s) {
    const double* value = find(s);
    if (value == nullptr) continue;
    found.values.push_back(*value);
    found.clusters.push_back(result_.samples[s].cluster);
  }
  return found;
}

void ResultBuilder::add_mean(const std::string& key, const std::string& label, const Values& found) {
  if (found.values.empty()) return;
  Metric metric{key, label, 0, {}, {}, static_cast<std::int64_t>(found.values.size())};
  metric.value =
      std::accumulate(found.values.begin(), found.values.end(), 0.0) / static_cast<double>(found.values.size());
  if (const auto interval = mean_interval(Clusters(found.clusters), found.values)) {
    metric.low = interval->low;
    metric.high = interval->high;
  }
  result_.metrics.push_back(std::move(metric));
}

void ResultBuilder::mean(const std::string& key, const std::string& label) {
  add_mean(key, label, values_of([&](std::size_t s) -> const double* {
             const auto& scores = result_.samples[s].scores;
             const auto found = scores.find(key);
             return found == scores.end() ? nullptr : &found->second;
           }));
}

void ResultBuilder::mean_by_part(const std::string& key, const std::string& label,
                                 std::span<const std::string> part_of) {
  std::set<std::string> parts(part_of.begin(), part_of.end());
  parts.erase("");
  for (const std::string& part : parts)
    add_mean(key + "." + part, label + ", " + part, values_of([&](std::size_t s) -> const double* {
               if (part_of[s] != part) return nullptr;
               const auto& scores = result_.samples[s].scores;
               const auto found = scores.find(key);
               return found == scores.end() ? nullptr : &found->second;
             }));
}

void ResultBuilder::median(const std::string& key, const std::string& metric_key, const std::string& label) {
  const Values found = values_of([&](std::size_t s) -> const double* {
    const auto& scores = result_.samples[s].scores;
    const auto one = scores.find(key);
    return one == scores.end() ? nullptr : &one->second;
  });
  if (found.values.empty()) return;
  Metric metric{metric_key, label, median_of(found.values), {}, {}, static_cast<std::int64_t>(found.values.size())};
  const auto interval = bootstrap_interval(Clusters(found.clusters), [&](std::span<const std::size_t> samples) {
    std::vector<double> drawn;
    drawn.reserve(samples.size());
    for (const std::size_t s : samples) drawn.push_back(found.values[s]);
    return median_of(std::move(drawn));
  });
  if (interval) {
    metric.low = interval->low;
    metric.high = interval->high;
  }
  result_.metrics.push_back(std::move(metric));
}

void ResultBuilder::plain(const std::string& key, const std::string& label, double value, std::int64_t count) {
  result_.metrics.push_back({key, label, value, {}, {}, count});
}

void ResultBuilder::not_computed(const std::string& key, const std::string& reason) {
  result_.not_computed.push_back({key, reason});
}

RunResult ResultBuilder::finish(std::int64_t left_out, const std::vector<std::string>& missing) {
  result_.missing.insert(result_.missing.begin(), missing.begin(), missing.end());
  result_.counts.done = static_cast<std::int64_t>(result_.samples.size());
  result_.counts.missing = left_out;
  result_.counts.in = result_.counts.done + result_.counts.missing + result_.counts.failed;
  return std::move(result_);
}

}  // namespace blip
