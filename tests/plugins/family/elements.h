#pragma once

#include <gst/gst.h>

#include <string>
#include <vector>

#include "tests/plugins/caption/element_harness.h"

namespace blip::test {

// The names of all elements that the plug-in registers, sorted; fails the test when there are none.
std::vector<std::string> family();

// A launch line's element: its name, with model=fake if it has a model.
std::string with_model(const std::string& element);
ElementPtr make_element(const std::string& element);
bool has_text_pad(GstElement* element);

}  // namespace blip::test
