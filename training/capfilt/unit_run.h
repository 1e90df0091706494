#pragma once

#include <cstdint>
#include <functional>

#include "training/capfilt/cap_filt.h"
#include "training/capfilt/capfilt_folder.h"
#include "training/capfilt/work_units.h"

namespace blip {

struct UnitRunOptions {
  ShotOptions shots;
  std::int64_t batch_size = 16;
  bool retry = false;                                                     // of a finished unit, only what failed
  std::function<bool()> stop = [] { return false; };                      // asked before each batch
  std::function<void(std::int64_t)> pictures_done = [](std::int64_t) {};  // since the unit's start
};

// Does one unit and publishes it in `folder`. While the models work, the next batch is read and decoded. A picture that
// cannot be used is counted with its reason; with `retry`, what was done before is taken over and only what had failed
// is done again, with the result of a run in which it had not. Throws Error(kCancelled) when it is stopped,
// Error(kFailed) when the output cannot be written or the models fail on every picture of a unit of a batch or more;
// nothing is published then. A shard that cannot be read at all is a unit with one failure.
UnitSummary run_unit(CapFilt& models, const WorkUnit& unit, const CapFiltFolder& folder, const UnitRunOptions& options);

}  // namespace blip
