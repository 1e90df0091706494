#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "training/capfilt/unit_run.h"

namespace blip {

// Which units a process does: those whose number leaves the remainder `index`.
struct WorkShare {
  std::int64_t index = 0, count = 1;
  bool has(std::int64_t unit) const noexcept { return unit % count == index; }
};

struct CapFiltProgress {
  std::int64_t units_done = 0, units = 0;  // of this share
  std::int64_t pictures = 0;               // that this process has done
  std::string unit;                        // in work; empty at the end
};

struct CapFiltRunOptions {
  WorkShare share;
  ShotOptions shots;
  std::int64_t batch_size = 16;
  bool retry_failed = false;
  std::function<bool()> stop = [] { return false; };
  std::function<void(const CapFiltProgress&)> progress = [](const CapFiltProgress&) {};
};

// Does the units of the share that are not finished, one after the other, and with `retry_failed` those again in which
// something failed. Then writes what finish_run() writes. Returns the counts of the whole share. Throws what run_unit
// throws; a unit in work is lost then, finished ones stay, and the same call goes on.
CapFiltCounts run_capfilt(CapFilt& models, const WorkPlan& plan, const CapFiltFolder& folder,
                          const CapFiltRunOptions& options);

// Adds up the finished units, and writes counts.json and report.html.
CapFiltCounts finish_run(const CapFiltFolder& folder);

}  // namespace blip
