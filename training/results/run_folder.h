#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "training/results/run_result.h"
#include "training/results/sample_records.h"

namespace blip {

// Which part of the samples a run takes: those whose index % count == index of the shard.
struct Shard {
  std::int64_t index = 0, count = 1;
};

// Everything a result depends on. Two runs with equal fingerprints give equal results.
struct Fingerprint {
  std::string command;        // "retrieval"
  nlohmann::json model;       // {"name", "layout", "vision_id", "weights": hash of the file}
  nlohmann::json data;        // {"layout", "data_id", "entries", "limit"}
  nlohmann::json parameters;  // what was asked for, defaults filled in
  std::string program;        // "blip-eval 0.1.0"
};

// The folder of one run:
//   run.json       fingerprint, shard, when it began; written when it is opened first
//   samples.jsonl  a record a line as they come: {"index", "key", "record"}; a torn last line is cut off on resume
//   results.json   RunResult without samples, with the fingerprint, begin and end; appears when the run is complete
//   scores.jsonl   a ScoredSample a line: {"key", "cluster", "scores"}; appears with results.json
//   lock           while a process works in it; of a process that is gone it is taken over
// Commands put files of their own beside them.
class RunFolder final : public SampleRecords {
 public:
  // Makes the folder, or goes on with one of equal fingerprint and shard. Throws Error: kInvalidArgument when another
  // process works in it, when it is of another run (naming the first field that differs, with both values), or when it
  // has samples and `resume` is false; kInvalidData for files that are damaged other than by a torn last line.
  static RunFolder open(const std::filesystem::path& folder, const Fingerprint& fingerprint, const Shard& shard,
                        bool resume);

  RunFolder(RunFolder&&) noexcept;
  ~RunFolder() override;

  const std::filesystem::path& path() const noexcept;
  const nlohmann::json* find(const std::string& key) const override;
  // The line is in the file when this returns; it is on the disk (fsync) after sync() or a few seconds.
  void append(std::int64_t index, const std::string& key, const nlohmann::json& record) override;
  void sync();
  // In the order of their indices.
  void for_each(const std::function<void(const std::string& key, const nlohmann::json& record)>& take) const;

  // Writes scores.jsonl and then results.json, each at once. Written again by a run that is resumed when complete.
  void finish(const RunResult& result);

 private:
  class Impl;
  explicit RunFolder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
