#include "training/metrics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/base/error.h"
#include "training/data/random_stream.h"

namespace blip {
namespace {

void expect_valid(const BootstrapOptions& options) {
  if (options.resamples < 1)
    throw Error(ErrorKind::kInvalidArgument,
                "bootstrap resamples " + std::to_string(options.resamples) + "; at least 1 is needed");
  if (!(options.confidence > 0 && options.confidence < 1))
    throw Error(ErrorKind::kInvalidArgument,
                "confidence " + std::to_string(options.confidence) + " of an interval; it lies between 0 and 1");
}

// Of sorted values, as numpy.quantile by default.
double quantile(const std::vector<double>& sorted, double part) {
  const double place = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double weight = place - static_cast<double>(below);
  return sorted[below] + weight * (sorted[above] - sorted[below]);
}

// statistic_of: the numbers of the clusters drawn -> value
template <class StatisticOfClusters>
std::optional<Interval> interval_over(std::size_t clusters, const BootstrapOptions& options,
                                      const StatisticOfClusters& statistic_of) {
  expect_valid(options);
  if (clusters < 2) return std::nullopt;
  std::vector<double> values;
  std::vector<std::size_t> drawn(clusters);
  for (int i = 0; i < options.resamples; ++i) {
    RandomStream random({options.seed, static_cast<std::uint64_t>(i)});
    for (std::size_t& cluster : drawn)
      cluster = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(clusters)));
    values.push_back(statistic_of(drawn));
    if (!std::isfinite(values.back())) return std::nullopt;
  }
  std::sort(values.begin(), values.end());
  const double tail = (1 - options.confidence) / 2;
  return Interval{quantile(values, tail), quantile(values, 1 - tail)};
}

}  // namespace

Clusters::Clusters(std::span<const std::string> cluster_of_sample) : samples_(cluster_of_sample.size()) {
  std::unordered_map<std::string, std::size_t> numbers;
  for (std::size_t i = 0; i < cluster_of_sample.size(); ++i) {
    const std::size_t number = numbers.emplace(cluster_of_sample[i], numbers.size()).first->second;
    if (number == members_.size()) members_.emplace_back();
    members_[number].push_back(i);
  }
}

Clusters::Clusters(std::size_t samples) : samples_(samples), members_(samples) {
  for (std::size_t i = 0; i < samples; ++i) members_[i] = {i};
}

std::optional<Interval> bootstrap_interval(const Clusters& clusters, const Statistic& statistic,
                                           const BootstrapOptions& options) {
  std::vector<std::size_t> samples;
  return interval_over(clusters.members().size(), options, [&](const std::vector<std::size_t>& drawn) {
    samples.clear();
    for (const std::size_t cluster : drawn) {
      const auto& members = clusters.members()[cluster];
      samples.insert(samples.end(), members.begin(), members.end());
    }
    return statistic(samples);
  });
}

std::optional<Interval> mean_interval(const Clusters& clusters, std::span<const double> values,
                                      const BootstrapOptions& options) {
  if (values.size() != clusters.samples())
    throw Error(ErrorKind::kInvalidArgument, std::to_string(values.size()) + " values for " +
                                                 std::to_string(clusters.samples()) + " samples in clusters");
  std::vector<double> sums;
  for (const auto& members : clusters.members()) {
    double sum = 0;
    for (const std::size_t sample : members) sum += values[sample];
    sums.push_back(sum);
  }
  return interval_over(sums.size(), options, [&](const std::vector<std::size_t>& drawn) {
    double sum = 0, count = 0;
    for (const std::size_t cluster : drawn) {
      sum += sums[cluster];
      count += static_cast<double>(clusters.members()[cluster].size());
    }
    return sum / count;
  });
}

}  // namespace blip
