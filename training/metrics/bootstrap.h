#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace blip {

// Samples that stand or fall together, as the questions about one video do.
class Clusters {
 public:
  explicit Clusters(std::span<const std::string> cluster_of_sample);
  explicit Clusters(std::size_t samples);  // each by itself

  std::size_t samples() const noexcept { return samples_; }
  const std::vector<std::vector<std::size_t>>& members() const noexcept { return members_; }  // in order of appearance

 private:
  std::size_t samples_ = 0;
  std::vector<std::vector<std::size_t>> members_;
};

struct BootstrapOptions {
  int resamples = 1000;
  double confidence = 0.95;
  std::uint64_t seed = 0;
};

struct Interval {
  double low = 0, high = 0;
};

// A number about samples: their indices, drawn with repetition.
using Statistic = std::function<double(std::span<const std::size_t> samples)>;

// The percentile bootstrap over clusters (Efron & Tibshirani 1993, ch. 13): as many clusters as there are, drawn with
// repetition, each with all its samples; the interval lies between the quantiles of the statistic, interpolated as
// NumPy does. None for fewer than two clusters or a statistic that is not finite. A function of the seed, on any
// machine. Throws Error(kInvalidArgument) for options out of range.
std::optional<Interval> bootstrap_interval(const Clusters& clusters, const Statistic& statistic,
                                           const BootstrapOptions& options = {});

// The same for the mean of values [samples], faster.
std::optional<Interval> mean_interval(const Clusters& clusters, std::span<const double> values,
                                      const BootstrapOptions& options = {});

}  // namespace blip
