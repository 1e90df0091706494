#include "training/results/compare.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "core/base/error.h"
#include "training/metrics/paired_comparison.h"
#include "training/results/number_text.h"
#include "training/results/run_files.h"

namespace blip {
namespace {

// Which samples of the data were asked for may differ; the data may not.
nlohmann::json without_limit(nlohmann::json data) {
  if (data.is_object())
    for (const char* name : {"limit", "entries"}) data.erase(name);
  return data;
}

void expect_comparable(const CompleteRun& first, const CompleteRun& second) {
  const Fingerprint &a = first.start.fingerprint, &b = second.start.fingerprint;
  Fingerprint of_first{a.command, {}, without_limit(a.data), {}, {}};
  const Fingerprint of_second{b.command, {}, without_limit(b.data), {}, {}};
  if (const std::string field = difference(of_first, of_second); !field.empty())
    throw Error(ErrorKind::kInvalidData,
                "'" + first.folder.string() + "' and '" + second.folder.string() + "' cannot be compared: " + field);
}

// The scores of both runs for the samples that have this metric in both, in the order of the first run.
struct PairedScores {
  std::vector<double> first, second;
  std::vector<std::string> clusters;
};

std::string label_of(const std::string& key, const RunResult& result) {
  for (const Metric& metric : result.metrics)
    if (metric.key == key) return metric.label;
  return key;
}

}  // namespace

std::vector<MetricDifference> compare_runs(const std::filesystem::path& first, const std::filesystem::path& second) {
  const CompleteRun a = read_run(first, /*with_samples=*/true), b = read_run(second, /*with_samples=*/true);
  expect_comparable(a, b);
  std::map<std::string, const ScoredSample*> others;
  for (const ScoredSample& sample : b.result.samples) others[sample.key] = &sample;
  std::map<std::string, PairedScores> by_metric;
  for (const ScoredSample& sample : a.result.samples) {
    const auto other = others.find(sample.key);
    if (other == others.end()) continue;
    for (const auto& [key, score] : sample.scores) {
      const auto paired = other->second->scores.find(key);
      if (paired == other->second->scores.end() || !std::isfinite(score) || !std::isfinite(paired->second)) continue;
      PairedScores& scores = by_metric[key];
      scores.first.push_back(score);
      scores.second.push_back(paired->second);
      scores.clusters.push_back(sample.cluster);
    }
  }
  if (by_metric.empty())
    throw Error(ErrorKind::kInvalidData,
                "'" + first.string() + "' and '" + second.string() + "' have no scored samples in common");

  std::vector<MetricDifference> differences;
  for (const auto& [key, scores] : by_metric) {
    const PairedDifference found = compare_means(Clusters(scores.clusters), scores.first, scores.second);
    const Interval interval = found.interval.value_or(Interval{found.difference, found.difference});
    differences.push_back({key, label_of(key, a.result), found.first, found.second, interval.low, interval.high,
                           found.p, static_cast<std::int64_t>(scores.first.size())});
  }
  const auto place = [&](const std::string& key) {
    const auto& metrics = a.result.metrics;
    return std::find_if(metrics.begin(), metrics.end(), [&](const Metric& one) { return one.key == key; }) -
           metrics.begin();
  };
  std::stable_sort(differences.begin(), differences.end(),
                   [&](const auto& x, const auto& y) { return place(x.key) < place(y.key); });
  return differences;
}

std::string comparison_table(std::span<const MetricDifference> differences) {
  std::string table = "| | samples | first | second | difference | 95 % | p |\n|---|---:|---:|---:|---:|---:|---:|\n";
  for (const MetricDifference& one : differences)
    table += "| " + one.label + " | " + std::to_string(one.count) + " | " + number_text("%.2f", one.first) + " | " +
             number_text("%.2f", one.second) + " | " + number_text("%+.2f", one.second - one.first) + " | " +
             number_text("%+.2f", one.low) + " to " + number_text("%+.2f", one.high) + " | " +
             (one.p < 0.001 ? std::string("< 0.001") : number_text("%.3f", one.p)) + " |\n";
  return table;
}

}  // namespace blip
