#include "pipelines/elements/model_properties.h"

#include <cstdint>

#include "pipelines/elements/element_properties.h"

namespace blip {

void set_model_properties(GstElement* element, const ModelSettings& settings) {
  if (!settings.model.empty()) set_property(element, "model", settings.model);
  if (!settings.vocab.empty()) set_property(element, "vocab", settings.vocab);
  if (!settings.config.empty()) set_property(element, "config", settings.config);
  set_property(element, "device", settings.device);
  set_property(element, "precision", settings.precision);
  set_property(element, "num-threads", std::int64_t{settings.num_threads});
}

}  // namespace blip
