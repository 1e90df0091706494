#include "pipelines/serve/http/prometheus_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace blip {
namespace {

std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && quotes)
      out += "\\\"";
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string prometheus_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end.ptr};
}

void PrometheusText::metric(const std::string& name, const char* type, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name + " " + escaped(help, false) + "\n# TYPE " + name + " " + type + "\n";
}

void PrometheusText::sample(const Labels& labels, double value, const char* ending) {
  text_ += name_ + ending;
  std::string list;
  for (const auto& [name, text] : labels) list += (list.empty() ? "" : ",") + name + "=\"" + escaped(text, true) + "\"";
  if (!list.empty()) text_ += "{" + list + "}";
  text_ += " " + prometheus_number(value) + "\n";
}

const std::vector<double>& DurationHistogram::bounds() {
  static const std::vector<double> kBounds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
  return kBounds;
}

void DurationHistogram::add(double seconds) {
  const auto bucket = std::lower_bound(bounds().begin(), bounds().end(), seconds) - bounds().begin();
  ++buckets[static_cast<std::size_t>(bucket)];
  sum += seconds;
}

void DurationHistogram::write(PrometheusText& out, const PrometheusText::Labels& labels) const {
  double count = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    count += static_cast<double>(buckets[i]);
    PrometheusText::Labels bucket = labels;
    bucket.emplace_back("le", i < bounds().size() ? prometheus_number(bounds()[i]) : "+Inf");
    out.sample(bucket, count, "_bucket");
  }
  out.sample(labels, sum, "_sum");
  out.sample(labels, count, "_count");
}

}  // namespace blip
