#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "training/results/run_folder.h"
#include "training/results/run_result.h"

namespace blip {

// What is written of a run and read again; run_folder.h names the files.

// run.json
struct RunStart {
  Fingerprint fingerprint;
  Shard shard;
  std::string started;  // "2026-11-21T17:34:02Z"
};

// results.json and scores.jsonl
struct CompleteRun {
  std::filesystem::path folder;
  RunStart start;
  std::string finished;
  RunResult result;  // samples only where they were asked for
};

std::string utc_now();

// Each appears as a whole. Throw Error(kFailed).
void write_start(const std::filesystem::path& folder, const RunStart& start);
void write_result(const std::filesystem::path& folder, const RunStart& start, const RunResult& result);

// None where there is no run.json. Throws Error(kInvalidData).
std::optional<RunStart> find_start(const std::filesystem::path& folder);
// Throws Error(kNotFound) for a run that is not complete, kInvalidData.
CompleteRun read_run(const std::filesystem::path& folder, bool with_samples);

// The first field in which two fingerprints differ, with both values: "model.weights: 1f2e… here, 77aa… there". Empty
// when they are equal.
std::string difference(const Fingerprint& here, const Fingerprint& there);

}  // namespace blip
