#include "training/capfilt/report_content.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "training/data/shard_reader.h"

namespace blip {
namespace {

constexpr std::size_t kExamples = 12;   // examples of a kind
constexpr std::int64_t kUnitsSeen = 6;  // more are not looked into

std::vector<std::pair<std::string, std::int64_t>> listed(const std::map<std::string, std::int64_t>& counts) {
  return {counts.begin(), counts.end()};
}

CapFiltReport::Row row_of(const std::string& name, const Tally& tally) {
  return {name, tally.in, tally.kept, listed(tally.dropped), listed(tally.failed)};
}

CapFiltReport::Example example_of(const ShardSample& sample, const std::string& where) {
  const std::string *jpeg = sample.find("jpg"), *text = sample.find("json");
  const auto json = nlohmann::json::parse(text == nullptr ? "" : *text, nullptr, /*allow_exceptions=*/false);
  if (jpeg == nullptr || !json.is_object())
    throw Error(ErrorKind::kInvalidData, "example '" + sample.key + "' of '" + where + "' is damaged");
  CapFiltReport::Example example;
  example.jpeg = *jpeg;
  example.source = json.value("source", "");
  example.kept = json.value("verdict", "") == "kept";
  example.text = json.value("text", "");
  if (json.contains("match")) example.match = json.at("match").get<double>();
  example.label = json.value("label", "");
  example.reason = json.value("reason", "");
  example.place = json.value("video", "");
  if (json.contains("time")) {
    char time[48];
    std::snprintf(time, sizeof time, "%s%.1f s", example.place.empty() ? "" : ", ", json.at("time").get<double>());
    example.place += time;
  }
  return example;
}

// From units spread over the run.
std::vector<CapFiltReport::Example> examples_of(const CapFiltFolder& folder) {
  std::map<std::pair<std::string, bool>, std::vector<CapFiltReport::Example>> by_kind;
  const std::int64_t step = std::max<std::int64_t>(1, folder.units() / kUnitsSeen);
  for (std::int64_t unit = 0; unit < folder.units(); unit += step) {
    const auto file = folder.examples(unit);
    std::error_code ignored;
    if (!folder.summary(unit) || !std::filesystem::exists(file, ignored)) continue;
    for (const std::int64_t position : index_shard(file).positions) {
      auto example = example_of(read_shard_sample(file, position), file.string());
      auto& same = by_kind[{example.source, example.kept}];
      if (same.size() < kExamples) same.push_back(std::move(example));
    }
  }
  std::vector<CapFiltReport::Example> examples;
  for (auto& [kind, same] : by_kind)
    for (auto& example : same) examples.push_back(std::move(example));
  return examples;
}

std::string shown(const nlohmann::ordered_json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

CapFiltReport report_content(const CapFiltFolder& folder, const CapFiltCounts& counts, std::int64_t finished) {
  CapFiltReport report;
  report.title = "CapFilt";
  report.units = folder.units();
  report.finished = finished;
  report.rows.push_back(row_of("pictures", counts.pictures));
  for (std::size_t i = 0; i < counts.texts.size(); ++i) {
    const std::string name = std::string(kTextSourceNames[i]) + " texts";
    report.rows.push_back(row_of(name, counts.texts[i]));
    if (i < counts.match.size()) report.histograms.push_back({name, {counts.match[i].begin(), counts.match[i].end()}});
  }
  for (const auto& [key, value] : folder.settings().items()) {
    report.settings.emplace_back(key, shown(value));
    if (key == "threshold" && value.is_number()) report.threshold = value.get<double>();
  }
  report.examples = examples_of(folder);
  return report;
}

}  // namespace blip
