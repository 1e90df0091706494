#pragma once

#include <string>

namespace blip {

// Which model to use and how to run it. Defaults live here and nowhere else.
struct ModelSettings {
  std::string model;   // empty = $GST_BLIP_MODEL, else the shipped one
  std::string vocab;   // empty = beside the model
  std::string config;  // empty = beside the model
  std::string device = "auto";
  std::string precision = "auto";
  int num_threads = 0;  // 0 = all cores
};

}  // namespace blip
