#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace blip {

// Writes Prometheus's text format, version 0.0.4.
class PrometheusText {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;

  // Begins a metric; its samples follow. `type`: "counter", "gauge", "histogram", "summary".
  void metric(const std::string& name, const char* type, std::string_view help);
  // `ending`: "", "_sum", "_count" or "_bucket".
  void sample(const Labels& labels, double value, const char* ending = "");

  const std::string& text() const { return text_; }

 private:
  std::string name_, text_;
};

// A number as the format has it: shortest text that reads back the same; "+Inf", "-Inf", "NaN".
std::string prometheus_number(double value);

// Counts of how long things took, in the buckets of HTTP requests: 5 ms to 10 s.
struct DurationHistogram {
  static const std::vector<double>& bounds();  // seconds, rising
  DurationHistogram() : buckets(bounds().size() + 1) {}

  std::vector<std::uint64_t> buckets;  // each alone, the last one without bound
  double sum = 0;

  void add(double seconds);
  void write(PrometheusText& out, const PrometheusText::Labels& labels) const;
};

}  // namespace blip
