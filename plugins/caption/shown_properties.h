#pragma once

#include <gst/gst.h>

#include <string>
#include <vector>

namespace blip {

// A property of a bin that is one of its children's.
struct ShownProperty {
  const char* name;
  bool encoder = false;  // set on the encoder
  bool decoder = false;  // set on the decoder; read from there
};

// In the order of their ids, which begin with 1.
const std::vector<ShownProperty>& shown_properties();

// The declaration of a child's property, for the bin: the same type, range, default and texts.
GParamSpec* declare_like(GParamSpec* property);

}  // namespace blip
