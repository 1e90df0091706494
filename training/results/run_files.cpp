#include "training/results/run_files.h"

#include <array>
#include <cmath>
#include <ctime>
#include <fstream>
#include <iterator>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file_output.h"

namespace blip {
namespace fs = std::filesystem;
namespace {

using json = nlohmann::json;
using ordered = nlohmann::ordered_json;

constexpr std::size_t kMostShown = 60;  // bytes of a value in a message

json to_json(const Fingerprint& fingerprint) {
  return {{"command", fingerprint.command},
          {"model", fingerprint.model},
          {"data", fingerprint.data},
          {"parameters", fingerprint.parameters},
          {"program", fingerprint.program}};
}

ordered start_json(const RunStart& start) {
  return {{"fingerprint", to_json(start.fingerprint)},
          {"shard", {{"index", start.shard.index}, {"count", start.shard.count}}},
          {"started", start.started}};
}

RunStart start_from(const json& file) {
  const json& fingerprint = file.at("fingerprint");
  const json& shard = file.at("shard");
  return {{fingerprint.at("command"), fingerprint.at("model"), fingerprint.at("data"), fingerprint.at("parameters"),
           fingerprint.at("program")},
          {shard.at("index"), shard.at("count")},
          file.at("started")};
}

// JSON knows no infinity and no NaN.
json number(std::optional<double> value) {
  return value && std::isfinite(*value) ? json(*value) : json(nullptr);
}

std::optional<double> optional_number(const json& value) {
  return value.is_null() ? std::nullopt : std::optional<double>(value.get<double>());
}

ordered metric_json(const Metric& metric) {
  return {{"key", metric.key},         {"label", metric.label},       {"value", number(metric.value)},
          {"low", number(metric.low)}, {"high", number(metric.high)}, {"count", metric.count}};
}

Metric metric_from(const json& entry) {
  Metric metric{entry.at("key"), entry.at("label"), 0, {}, {}, entry.at("count")};
  metric.value = optional_number(entry.at("value")).value_or(std::nan(""));
  metric.low = optional_number(entry.at("low"));
  metric.high = optional_number(entry.at("high"));
  return metric;
}

ordered result_json(const RunStart& start, const RunResult& result) {
  ordered file = start_json(start);
  file["finished"] = utc_now();
  file["counts"] = {{"in", result.counts.in},
                    {"done", result.counts.done},
                    {"missing", result.counts.missing},
                    {"failed", result.counts.failed}};
  file["metrics"] = ordered::array();
  for (const Metric& metric : result.metrics) file["metrics"].push_back(metric_json(metric));
  file["not_computed"] = ordered::array();
  for (const NotComputed& one : result.not_computed)
    file["not_computed"].push_back({{"key", one.key}, {"reason", one.reason}});
  file["missing"] = result.missing;
  return file;
}

void write_file(const fs::path& path, const std::string& text) {
  FileOutput output(path);
  output.write(text);
  output.finish();
}

std::string dump(const ordered& value, int indent) {
  return value.dump(indent, ' ', false, ordered::error_handler_t::replace) + "\n";
}

// Parses the file and hands it to `take`; what is not as it should be becomes Error(kInvalidData) with the path.
template <class Take>
auto parse_file(const fs::path& path, const Take& take) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw Error(ErrorKind::kNotFound, "cannot read '" + path.string() + "'");
  try {
    return take(json::parse(text));
  } catch (const json::exception& e) {
    throw Error(ErrorKind::kInvalidData, "'" + path.string() + "' is damaged: " + e.what());
  }
}

std::string shown(const json* value) {
  if (value == nullptr) return "nothing";
  std::string text = value->dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > kMostShown) text = text.substr(0, kMostShown) + "…";
  return text;
}

const json* member(const json& object, const std::string& name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string difference(const json& here, const json& there, const std::string& name) {
  if (here == there) return {};
  if (!here.is_object() || !there.is_object()) return name + ": " + shown(&here) + " here, " + shown(&there) + " there";
  const std::string prefix = name.empty() ? "" : name + ".";
  for (const auto& [key, value] : here.items()) {
    const json* other = member(there, key);
    if (other == nullptr) return prefix + key + ": " + shown(&value) + " here, nothing there";
    if (const std::string found = difference(value, *other, prefix + key); !found.empty()) return found;
  }
  for (const auto& [key, value] : there.items())
    if (member(here, key) == nullptr) return prefix + key + ": nothing here, " + shown(&value) + " there";
  return {};
}

std::vector<ScoredSample> read_scores(const fs::path& path) {
  std::ifstream in(path);
  if (!in) throw Error(ErrorKind::kNotFound, "cannot read '" + path.string() + "'");
  std::vector<ScoredSample> samples;
  for (std::string line; std::getline(in, line);) {
    try {
      const json entry = json::parse(line);
      samples.push_back({entry.at("key"), entry.at("cluster"), entry.at("scores")});
    } catch (const json::exception& e) {
      throw Error(ErrorKind::kInvalidData,
                  "'" + path.string() + "', line " + std::to_string(samples.size() + 1) + " is damaged: " + e.what());
    }
  }
  return samples;
}

}  // namespace

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

void write_start(const fs::path& folder, const RunStart& start) {
  write_file(folder / "run.json", dump(start_json(start), 2));
}

void write_result(const fs::path& folder, const RunStart& start, const RunResult& result) {
  FileOutput scores(folder / "scores.jsonl");
  for (const ScoredSample& sample : result.samples)
    scores.write(dump({{"key", sample.key}, {"cluster", sample.cluster}, {"scores", sample.scores}}, -1));
  scores.finish();
  write_file(folder / "results.json", dump(result_json(start, result), 2));
}

std::optional<RunStart> find_start(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::exists(folder / "run.json", ignored)) return std::nullopt;
  return parse_file(folder / "run.json", start_from);
}

CompleteRun read_run(const fs::path& folder, bool with_samples) {
  std::error_code ignored;
  const fs::path path = folder / "results.json";
  if (!fs::exists(path, ignored)) {
    const bool begun = fs::exists(folder / "run.json", ignored);
    throw Error(ErrorKind::kNotFound, "'" + folder.string() + "' " +
                                          (begun ? "is not complete: the same command goes on with --resume"
                                                 : "holds no run: there is no results.json"));
  }
  CompleteRun run = parse_file(path, [&](const json& file) {
    CompleteRun read{folder, start_from(file), file.at("finished"), {}};
    for (const json& entry : file.at("metrics")) read.result.metrics.push_back(metric_from(entry));
    for (const json& entry : file.at("not_computed"))
      read.result.not_computed.push_back({entry.at("key"), entry.at("reason")});
    const json& counts = file.at("counts");
    read.result.counts = {counts.at("in"), counts.at("done"), counts.at("missing"), counts.at("failed")};
    read.result.missing = file.at("missing").get<std::vector<std::string>>();
    return read;
  });
  if (with_samples) run.result.samples = read_scores(folder / "scores.jsonl");
  return run;
}

std::string difference(const Fingerprint& here, const Fingerprint& there) {
  return difference(to_json(here), to_json(there), "");
}

}  // namespace blip
