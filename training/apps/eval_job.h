#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "core/engine/loaded_model.h"
#include "training/apps/eval_options.h"
#include "training/benchmarks/benchmark.h"
#include "training/eval/media_features.h"
#include "training/eval/run_hooks.h"

namespace blip {

class Console;

// One evaluation: a protocol and what it is asked about.
struct EvalWork {
  std::string command;        // "retrieval"
  nlohmann::json parameters;  // of the protocol; what its result depends on
  const BenchmarkSource* source = nullptr;
  std::span<const Medium> media;
  FrameRule rule;
  std::function<void(LoadedModel& model, MediaFeatures& features, const Shard& shard, SampleRecords& records,
                     const RunHooks& hooks)>
      run;
};

// Opens the model and the run's folder, lets the protocol work, computes the metrics and prints them to stdout. Throws
// Error, UsageError; kCancelled after Ctrl-C.
void run_evaluation(const EvalOptions& options, const EvalWork& work, Console& console);

// "text to video R@1  43.30 [40.10, 46.50]  (1000)", a line a metric; then what was left out.
void print_result(const RunResult& result);

}  // namespace blip
