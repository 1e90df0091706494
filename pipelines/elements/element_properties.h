#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <string>

namespace blip {

// Set a property of an element whatever its exact type: numbers are converted, a name is looked up where the property
// is an enumeration. Throw Error: kUnsupported when the element has no such property, kInvalidArgument when it has no
// such name.
void set_property(GstElement* element, const char* name, const std::string& value);
void set_property(GstElement* element, const char* name, double value);
void set_property(GstElement* element, const char* name, std::int64_t value);
void set_property(GstElement* element, const char* name, std::uint64_t value);
void set_property(GstElement* element, const char* name, bool value);

}  // namespace blip
