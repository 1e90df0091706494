#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "training/capfilt/capfilt_run.h"

namespace blip {

// What a run would have to do.
struct WorkEstimate {
  std::int64_t units = 0, finished = 0;                   // of the share
  std::int64_t shards = 0, human_shards = 0, videos = 0;  // not done yet
  std::int64_t samples = 0, human_samples = 0;            // of these shards
  double video_seconds = 0;
  std::vector<std::string> problems;  // shards and videos that are damaged or cannot be read, one line each
};

// Reads the headers of all shards and videos of the share that are not finished. `folder` null: nothing is.
WorkEstimate estimate_work(const WorkPlan& plan, const WorkShare& share, const CapFiltFolder* folder);

// Pictures a second that the models do, measured on at most `pictures` of the first unit that has some; 0 = none could
// be read. Writes nothing.
double measure_speed(CapFilt& models, const WorkPlan& plan, const CapFiltRunOptions& options, std::int64_t pictures);

}  // namespace blip
