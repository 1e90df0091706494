#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "training/results/run_result.h"

namespace blip {

// Puts a RunResult together out of samples: a metric that is a mean over samples, with its interval, for each key.
class ResultBuilder {
 public:
  // Scores in the metrics' units.
  void add(ScoredSample sample) { result_.samples.push_back(std::move(sample)); }
  void fail(const std::string& what, std::int64_t samples = 1);

  // The mean over the samples that have `key`. Left out when there are none.
  void mean(const std::string& key, const std::string& label);
  // For each part of the samples ("TYPE"), the mean of `key` over it: metrics KEY.TYPE. part_of: [samples], empty =
  // none.
  void mean_by_part(const std::string& key, const std::string& label, std::span<const std::string> part_of);
  // The median over the samples that have `key`.
  void median(const std::string& key, const std::string& metric_key, const std::string& label);
  void plain(const std::string& key, const std::string& label, double value, std::int64_t count);
  void not_computed(const std::string& key, const std::string& reason);

  // left_out: entries of the data set that had no medium or could not be used, which `missing` names.
  RunResult finish(std::int64_t left_out, const std::vector<std::string>& missing);

 private:
  struct Values {
    std::vector<double> values;
    std::vector<std::string> clusters;
  };
  Values values_of(const std::function<const double*(std::size_t sample)>& find) const;
  void add_mean(const std::string& key, const std::string& label, const Values& found);

  RunResult result_;
};

}  // namespace blip
