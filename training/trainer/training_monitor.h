#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace blip {

// Where a training stands.
struct TrainingProgress {
  std::int64_t step = 0, steps = 0;    // done, and of how many
  std::int64_t epoch = 0, epochs = 0;  // from 0
  double lr = 0;
  std::vector<std::pair<std::string, double>> losses = {};  // means since the last report; "loss" first, then its parts
  double samples_per_second = 0;                            // since the last report, of all processes
  double seconds_left = 0;
};

// What the user is told while a training runs. Called on the trainer's thread.
class TrainingMonitor {
 public:
  virtual ~TrainingMonitor() = default;
  virtual void progress(const TrainingProgress& progress) = 0;
  virtual void message(const std::string& line) = 0;
  virtual bool stop_requested() = 0;  // Ctrl-C: the step is finished, a checkpoint is written
};

// "step 1200/20000, epoch 3, loss 2.412 (ita 1.204, itm 0.310, lm 0.898), lr 0.0003, 412 samples/s, ETA 12:05"
std::string progress_line(const TrainingProgress& progress);

}  // namespace blip
