#pragma once

#include <gst/gst.h>

namespace blip {

// Makes an element and puts it into `bin`, which owns it. Throws Error(kNotFound) naming the element and the packages
// to install.
GstElement* add_new_element(GstElement* bin, const char* factory, const char* name);

}  // namespace blip
