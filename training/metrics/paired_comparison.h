#pragma once

#include <optional>
#include <span>

#include "training/metrics/bootstrap.h"

namespace blip {

struct ComparisonOptions {
  BootstrapOptions bootstrap = {};
  int permutations = 10000;
};

// How the means of two runs over the same samples differ.
struct PairedDifference {
  double first = 0, second = 0, difference = 0;  // means; second - first
  std::optional<Interval> interval;              // of the difference: bootstrap over clusters
  double p = 1;                                  // two-sided
};

// p is that of a sign-flip permutation test over clusters: how often the sum of the clusters' differences is as far
// from zero when each cluster's sign is chosen by chance. All choices are tried where they are fewer than
// `permutations`; else that many are drawn, with the observed one counted in (Phipson & Smyth 2010). Throws
// Error(kInvalidArgument) for other numbers of values than of samples, and for no samples.
PairedDifference compare_means(const Clusters& clusters, std::span<const double> first, std::span<const double> second,
                               const ComparisonOptions& options = {});

}  // namespace blip
