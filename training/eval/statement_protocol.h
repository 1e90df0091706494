#pragma once

#include "core/engine/loaded_model.h"
#include "training/benchmarks/benchmark.h"
#include "training/eval/media_features.h"
#include "training/eval/run_hooks.h"

namespace blip {

// NLVR2 (train_nlvr.py): whether a sentence is true of two pictures. The shard takes the statements whose place in the
// benchmark is its own. Throws Error(kUnsupported) for a checkpoint of another layout.
//
// Records: "statement ID" {"index", "medium" (both, joined by " + "), "text", "truth", "prediction"}, or "failed" in
// place of the prediction.
void run_statements(LoadedModel& model, const StatementBenchmark& benchmark, MediaFeatures& features,
                    const Shard& shard, SampleRecords& records, const RunHooks& hooks = {});

}  // namespace blip
