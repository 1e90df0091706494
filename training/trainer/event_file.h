#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "training/trainer/metrics_log.h"

namespace blip {

// A TensorBoard event file (events.out.tfevents.TIME.HOST.PID): TFRecord frames of protocol buffers "tensorflow.Event".
class EventFile {
 public:
  // A new file in `folder`. first_step > 0: TensorBoard drops what former files of the folder say from that step on.
  // Throws Error(kFailed).
  EventFile(const std::filesystem::path& folder, std::int64_t first_step);

  void add(std::int64_t step, const MetricValues& values);  // is on the way to the disk when it returns

 private:
  void write(const std::string& event);

  std::filesystem::path path_;
  std::ofstream out_;
};

}  // namespace blip
