#include "training/trainer/metrics_log.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file_output.h"

namespace blip {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void fail(const std::filesystem::path& file) {
  throw Error(ErrorKind::kFailed, "cannot write '" + file.string() + "'; is the disk full?");
}

// Calls body(line, object) for every line that is an object with a step.
template <class Body>
void for_each_line(const std::filesystem::path& file, Body&& body) {
  std::ifstream in(file, std::ios::binary);
  for (std::string line; std::getline(in, line);) {
    const Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (object.is_object() && object.contains("step") && object["step"].is_number_integer()) body(line, object);
  }
}

}  // namespace

MetricsLog::MetricsLog(std::filesystem::path file, std::int64_t last_step) : file_(std::move(file)) {
  std::string kept;
  for_each_line(file_, [&](const std::string& line, const Json& object) {
    if (object["step"].get<std::int64_t>() <= last_step) kept += line + '\n';
  });
  FileOutput output(file_);
  output.write(kept);
  output.finish();
  out_.open(file_, std::ios::binary | std::ios::app);
  if (!out_) fail(file_);
}

void MetricsLog::add(std::int64_t step, const MetricValues& values) {
  Json object = {{"step", step}};
  for (const auto& [name, value] : values) object[name] = std::isfinite(value) ? Json(value) : Json(nullptr);
  out_ << object.dump() << '\n' << std::flush;
  if (!out_) fail(file_);
}

std::vector<std::pair<std::int64_t, MetricValues>> read_metrics(const std::filesystem::path& file) {
  std::vector<std::pair<std::int64_t, MetricValues>> lines;
  for_each_line(file, [&](const std::string&, const Json& object) {
    auto& [step, values] = lines.emplace_back(object["step"].get<std::int64_t>(), MetricValues{});
    for (const auto& [name, value] : object.items())
      if (name != "step" && value.is_number()) values.emplace_back(name, value.get<double>());
  });
  return lines;
}

}  // namespace blip
