#pragma once

#include <gst/gst.h>

#include "pipelines/options/gate_settings.h"

namespace blip {

// Sets the properties gate and gate-threshold.
void set_gate_properties(GstElement* element, const GateSettings& settings);

}  // namespace blip
