#include "training/apps/eval_job.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/engine/model_registry.h"
#include "core/engine/torch_backend/torch_backend.h"
#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/console.h"
#include "pipelines/terminal/interrupt.h"
#include "training/eval/content_hash.h"
#include "training/eval/finish_run.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t kNamesShown = 10;

// "3: a, b, c", at most kNamesShown of them.
std::string counted_names(const std::vector<std::string>& names) {
  std::string text = std::to_string(names.size()) + ": ";
  for (std::size_t i = 0; i < std::min(names.size(), kNamesShown); ++i) text += (i > 0 ? ", " : "") + names[i];
  return names.size() > kNamesShown ? text + ", …" : text;
}

std::vector<std::pair<std::string, const std::vector<std::string>*>> kinds_of(const DataProblems& problems) {
  return {{"missing", &problems.missing_media},
          {"duplicate ids, of which the first counts", &problems.duplicate_ids},
          {"questions without answers", &problems.without_answers},
          {"entries that cannot be used", &problems.broken_entries}};
}

void report_problems(const BenchmarkSource& source, bool strict, Console& console) {
  for (const auto& [kind, names] : kinds_of(source.problems)) {
    if (names->empty()) continue;
    const std::string line = kind + ": " + counted_names(*names);
    if (strict) throw Error(ErrorKind::kInvalidData, line + "; without --strict they are left out");
    console.line(line);
  }
}

// Of a checkpoint's files: the weights, the configuration, the vocabulary.
std::string files_hash(const Checkpoint& checkpoint) {
  std::vector<fs::path> files;
  if (fs::is_directory(checkpoint.path)) {
    for (const auto& entry : fs::directory_iterator(checkpoint.path)) {
      const auto extension = entry.path().extension();
      if (entry.is_regular_file() && (extension == ".safetensors" || extension == ".json"))
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
  } else {
    files.push_back(checkpoint.path);
  }
  if (!checkpoint.vocab.empty()) files.push_back(checkpoint.vocab);
  std::string hashes;
  for (const fs::path& file : files) hashes += file_hash(file);
  return content_hash(hashes);
}

Fingerprint fingerprint_of(const EvalOptions& options, const EvalWork& work, const LoadedModel& model) {
  const Checkpoint& checkpoint = model.checkpoint;
  const auto placement = model.backend->placement();
  Fingerprint fingerprint;
  fingerprint.command = work.command;
  fingerprint.program = "blip-eval " BLIP_VERSION;
  fingerprint.model = {{"name", checkpoint.path.filename().string()},
                       {"layout", layout_name(checkpoint.layout)},
                       {"vision_id", checkpoint.weights_id},
                       {"weights", files_hash(checkpoint)},
                       {"image_size", checkpoint.config.vision.image_size},
                       {"precision", placement.precision}};
  const BenchmarkSource& source = *work.source;
  std::vector<std::string> missing;
  for (const auto& [kind, names] : kinds_of(source.problems))
    for (const std::string& name : *names) missing.push_back(name);
  fingerprint.data = {{"layout", source.layout},   {"data_id", source.data_id},
                      {"entries", source.entries}, {"left_out", source.problems.entries_left_out},
                      {"missing", missing},        {"limit", options.limit},
                      {"split", options.split}};
  fingerprint.parameters = work.parameters;
  const bool videos = std::any_of(work.media.begin(), work.media.end(),
                                  [](const Medium& medium) { return medium.kind == MediaKind::kVideo; });
  fingerprint.parameters["media"] = videos ? "video" : "image";
  if (videos) {
    fingerprint.parameters["frames"] = work.rule.frames;
    fingerprint.parameters["frames_by"] = frame_resize_name(work.rule.resize);
  }
  if (options.cache_float16) fingerprint.parameters["cache"] = "float16";
  return fingerprint;
}

// "matching 17 of 100, ETA 2:10"
class ProgressLine {
 public:
  explicit ProgressLine(Console& console) : console_(console) {}

  void show(const std::string& what, std::size_t done, std::size_t all) {
    const auto now = std::chrono::steady_clock::now();
    if (what != what_) {
      what_ = what;
      began_ = now;
      first_ = done;
    }
    std::string line = what + " " + std::to_string(done + 1) + " of " + std::to_string(all);
    if (done > first_) {
      const std::chrono::nanoseconds each = (now - began_) / static_cast<std::int64_t>(done - first_);
      line += ", ETA " + short_duration_text(each.count() * static_cast<std::int64_t>(all - done));
    }
    console_.progress(line);
  }

 private:
  Console& console_;
  std::string what_;
  std::chrono::steady_clock::time_point began_;
  std::size_t first_ = 0;
};

}  // namespace

void print_result(const RunResult& result) {
  std::size_t width = 0;
  for (const Metric& metric : result.metrics) width = std::max(width, metric.label.size());
  for (const Metric& metric : result.metrics) {
    std::printf("%-*s %8.2f", static_cast<int>(width), metric.label.c_str(), metric.value);
    if (metric.low && metric.high) std::printf("  [%.2f, %.2f]", *metric.low, *metric.high);
    std::printf("  (%lld)\n", static_cast<long long>(metric.count));
  }
  for (const NotComputed& one : result.not_computed)
    std::printf("%s: not computed: %s\n", one.key.c_str(), one.reason.c_str());
  const SampleCounts& counts = result.counts;
  std::printf("%lld samples: %lld done, %lld missing, %lld failed\n", static_cast<long long>(counts.in),
              static_cast<long long>(counts.done), static_cast<long long>(counts.missing),
              static_cast<long long>(counts.failed));
}

void run_evaluation(const EvalOptions& options, const EvalWork& work, Console& console) {
  report_problems(*work.source, options.strict, console);
  const Shard shard = options.shard_asked();
  MediaOptions media = options.media_options();
  ModelRegistry registry{make_torch_backend};
  const auto model = registry.open(
      {.model = options.model, .vocab = options.vocab, .config = options.config, .image_size = options.image_size},
      {.device = options.device, .precision = options.precision, .num_threads = options.threads});
  for (const std::string& warning : model->checkpoint.warnings) console.line(warning);

  const Fingerprint fingerprint = fingerprint_of(options, work, *model);
  RunFolder folder = RunFolder::open(options.output, fingerprint, shard, options.resume);
  const fs::path own_cache = folder.path() / "features";
  if (media.cache.empty()) media.cache = own_cache;
  media.rule = work.rule;

  const InterruptWatch interrupt(std::chrono::milliseconds(500), {SIGINT, SIGTERM});
  ProgressLine line(console);
  RunHooks hooks;
  hooks.progress = [&](const std::string& what, std::size_t done, std::size_t all) { line.show(what, done, all); };
  hooks.stop_requested = [&] { return interrupt.requested(); };
  {
    MediaFeatures features(*model, work.media, media);
    work.run(*model, features, shard, folder, hooks);
  }
  folder.sync();
  console.clear_progress();
  JavaTools java;
  java.jars = options.jars;
  const RunResult result = finish_run(folder, fingerprint, shard, java);
  std::error_code ignored;
  fs::remove_all(own_cache, ignored);
  print_result(result);
  if (result.counts.failed > 0) {
    const std::string what = "could not be read: " + counted_names(result.missing);
    if (options.strict) throw Error(ErrorKind::kInvalidData, what);
    console.line(what);
  }
  console.line("results in '" + folder.path().string() + "'");
}

}  // namespace blip
