#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "training/results/run_result.h"

namespace blip {

// How one metric differs between two runs over the samples that both have.
struct MetricDifference {
  std::string key, label;
  double first = 0, second = 0;  // over the shared samples
  double low = 0, high = 0;      // interval of 95 % of second - first, clustered by medium
  double p = 1;                  // two-sided
  std::int64_t count = 0;
};

// Paired by sample key. Throws Error(kInvalidData) for runs of different commands or data, or without shared samples.
std::vector<MetricDifference> compare_runs(const std::filesystem::path& first, const std::filesystem::path& second);
std::string comparison_table(std::span<const MetricDifference> differences);  // Markdown

}  // namespace blip
