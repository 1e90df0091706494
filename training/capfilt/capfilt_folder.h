#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "training/capfilt/capfilt_counts.h"

namespace blip {

// What a finished unit has come to.
struct UnitSummary {
  std::string name;
  CapFiltCounts counts;
};

// The folder of a run:
//   run.json               settings and inputs; another run may not write here
//   shards/000000.tar      the kept pairs of unit 0: KEY.jpg, KEY.json (pair_json); none when nothing is kept
//   shards/000000.json     its summary; written last, so that a unit is finished when it is there
//   pairs/000000.jsonl     every text of every picture, and every picture that failed (to_lines)
//   examples/000000.tar    a few pictures with texts kept and dropped, small
//   counts.json report.html  of all units, when a run is through
//   work/000000/           a unit that is being made
//   lock                   held while a process works here
class CapFiltFolder {
 public:
  // Makes the folder or goes on in it. `settings`: all that decides the result, inputs included. Throws
  // Error(kInvalidArgument) when it belongs to a run with other settings (naming the first that differs, with both
  // values), when it holds something else, or when another process works in it; Error(kFailed) when it cannot be
  // written.
  static CapFiltFolder open(const std::filesystem::path& path, const nlohmann::ordered_json& settings);
  // Opens what a run has written, to read it. Throws Error(kNotFound, kInvalidData).
  static CapFiltFolder read(const std::filesystem::path& path);

  CapFiltFolder(CapFiltFolder&&) noexcept;
  CapFiltFolder& operator=(CapFiltFolder&&) noexcept;
  ~CapFiltFolder();

  const std::filesystem::path& path() const noexcept { return path_; }
  const nlohmann::ordered_json& settings() const noexcept { return settings_; }
  std::int64_t units() const;  // of the whole run, "units" of the settings

  std::filesystem::path shard(std::int64_t unit) const;
  std::filesystem::path summary_file(std::int64_t unit) const;
  std::filesystem::path pairs(std::int64_t unit) const;
  std::filesystem::path examples(std::int64_t unit) const;
  std::filesystem::path work(std::int64_t unit) const;

  // None until the unit is finished. Throws Error(kInvalidData) when its summary is damaged.
  std::optional<UnitSummary> summary(std::int64_t unit) const;

  // Puts the files of a unit, made in work(unit) as pairs.jsonl, shards/000000.tar and examples/000000.tar (either may
  // be missing), in their places, and then its summary.
  void publish(std::int64_t unit, const UnitSummary& summary) const;

 private:
  CapFiltFolder() = default;

  std::filesystem::path path_;
  nlohmann::ordered_json settings_;
  int lock_ = -1;
};

}  // namespace blip
