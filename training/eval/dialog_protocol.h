#pragma once

#include <cstdint>
#include <string>

#include "core/engine/loaded_model.h"
#include "training/benchmarks/benchmark.h"
#include "training/eval/media_features.h"
#include "training/eval/run_hooks.h"

namespace blip {

struct DialogSettings {
  std::int64_t history = 0;  // earlier rounds, and with any the caption, that stand before the question
};

// VisDial: the candidates of each round by the loss of a VQA checkpoint's decoder, all of them, best first. (The
// original's own dialog model was not released.) The shard takes its own media.
//
// Records: "dialog ID" {"index", "medium", "ranks": place of the true answer in each round, from 0}, or "failed" in
// place of the ranks.
void run_dialogs(LoadedModel& model, const DialogBenchmark& benchmark, MediaFeatures& features,
                 const DialogSettings& settings, const Shard& shard, SampleRecords& records,
                 const RunHooks& hooks = {});

// What is asked in a round: "CAPTION. QUESTION? ANSWER. … QUESTION?" with that much history.
std::string dialog_question(const Dialog& dialog, std::size_t round, std::int64_t history);

}  // namespace blip
