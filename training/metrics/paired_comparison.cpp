#include "training/metrics/paired_comparison.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "training/data/random_stream.h"

namespace blip {
namespace {

constexpr std::uint64_t kPermutations = 1;  // names this use of the seed

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// The share of sign choices that take the sum at least as far from zero as it is.
double sign_flip_p(const std::vector<double>& differences, const ComparisonOptions& options) {
  std::vector<double> moved;  // a difference of zero has no sign
  double observed = 0, size = 0;
  for (const double difference : differences) {
    if (difference == 0) continue;
    moved.push_back(difference);
    observed += difference;
    size += std::abs(difference);
  }
  const double limit = std::abs(observed) - 1e-12 * size;  // sums of equal terms in another order are equal
  std::uint64_t as_far = 0;
  if (moved.size() < 63 && (std::uint64_t{1} << moved.size()) <= static_cast<std::uint64_t>(options.permutations)) {
    const std::uint64_t choices = std::uint64_t{1} << moved.size();
    for (std::uint64_t signs = 0; signs < choices; ++signs) {
      double sum = 0;
      for (std::size_t i = 0; i < moved.size(); ++i) sum += (signs >> i & 1) != 0 ? -moved[i] : moved[i];
      if (std::abs(sum) >= limit) ++as_far;
    }
    return static_cast<double>(as_far) / static_cast<double>(choices);
  }
  for (int draw = 0; draw < options.permutations; ++draw) {
    RandomStream random({options.bootstrap.seed, kPermutations, static_cast<std::uint64_t>(draw)});
    double sum = 0;
    std::uint64_t signs = 0;
    for (std::size_t i = 0; i < moved.size(); ++i) {
      if (i % 64 == 0) signs = random.next();
      sum += (signs >> (i % 64) & 1) != 0 ? -moved[i] : moved[i];
    }
    if (std::abs(sum) >= limit) ++as_far;
  }
  return static_cast<double>(as_far + 1) / (options.permutations + 1);
}

}  // namespace

PairedDifference compare_means(const Clusters& clusters, std::span<const double> first, std::span<const double> second,
                               const ComparisonOptions& options) {
  if (first.size() != clusters.samples() || second.size() != clusters.samples() || first.empty())
    throw Error(ErrorKind::kInvalidArgument, "comparison of " + std::to_string(first.size()) + " with " +
                                                 std::to_string(second.size()) + " values for " +
                                                 std::to_string(clusters.samples()) + " samples");
  if (options.permutations < 1)
    throw Error(ErrorKind::kInvalidArgument,
                "permutations " + std::to_string(options.permutations) + "; at least 1 is needed");
  std::vector<double> differences(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) differences[i] = second[i] - first[i];
  std::vector<double> by_cluster;
  for (const auto& members : clusters.members()) {
    double sum = 0;
    for (const std::size_t sample : members) sum += differences[sample];
    by_cluster.push_back(sum);
  }
  PairedDifference result;
  result.first = mean_of(first);
  result.second = mean_of(second);
  result.difference = mean_of(differences);
  result.interval = mean_interval(clusters, differences, options.bootstrap);
  result.p = sign_flip_p(by_cluster, options);
  return result;
}

}  // namespace blip
