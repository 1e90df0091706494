#pragma once

#include <string>

#include "core/vision/picture_gate.h"

namespace blip {

// Which frames are not shown to the model because they look like the last one that was.
struct GateSettings {
  std::string gate = "duplicate";  // off, duplicate or similar
  double gate_threshold = GateOptions().threshold;

  GateOptions gate_options() const {
    const GateRule rule = gate == "off"       ? GateRule::kOff
                          : gate == "similar" ? GateRule::kSimilar
                                              : GateRule::kDuplicate;
    return {rule, gate_threshold};
  }
};

}  // namespace blip
