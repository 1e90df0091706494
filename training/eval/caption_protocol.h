#pragma once

#include "core/engine/loaded_model.h"
#include "core/tasks/task_types.h"
#include "training/benchmarks/benchmark.h"
#include "training/eval/media_features.h"
#include "training/eval/run_hooks.h"

namespace blip {

// A caption for each target: the decoder reads the tokens of all frames. The shard takes its own media.
//
// Records: "caption ID" {"index", "id", "medium", "domain", "references", "prediction"}, or "failed" in place of the
// prediction.
void run_captions(LoadedModel& model, const CaptionBenchmark& benchmark, MediaFeatures& features,
                  const CaptionOptions& options, const Shard& shard, SampleRecords& records,
                  const RunHooks& hooks = {});

}  // namespace blip
