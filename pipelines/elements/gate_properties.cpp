#include "pipelines/elements/gate_properties.h"

#include "pipelines/elements/element_properties.h"

namespace blip {

void set_gate_properties(GstElement* element, const GateSettings& settings) {
  set_property(element, "gate", settings.gate);
  set_property(element, "gate-threshold", settings.gate_threshold);
}

}  // namespace blip
