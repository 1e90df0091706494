#pragma once

#include <gst/gst.h>

#include "pipelines/options/model_settings.h"

namespace blip {

// Sets the properties that every element with a model has. What is empty stays the element's default.
void set_model_properties(GstElement* element, const ModelSettings& settings);

}  // namespace blip
