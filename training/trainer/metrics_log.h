#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace blip {

using MetricValues = std::vector<std::pair<std::string, double>>;

// metrics.jsonl: one JSON object a line, {"step": 50, "loss": 2.41, …}. A number that is not finite is null.
class MetricsLog {
 public:
  // Goes on after step `last_step`: later lines, and a line that was cut off, are dropped. Throws Error(kFailed).
  MetricsLog(std::filesystem::path file, std::int64_t last_step);

  void add(std::int64_t step, const MetricValues& values);  // is on the way to the disk when it returns

 private:
  std::filesystem::path file_;
  std::ofstream out_;
};

// The lines of such a file as (step, values); what is no line of it is left out. Empty when there is no file.
std::vector<std::pair<std::int64_t, MetricValues>> read_metrics(const std::filesystem::path& file);

}  // namespace blip
