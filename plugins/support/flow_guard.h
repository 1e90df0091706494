#pragma once

#include <gst/gst.h>

#include <exception>
#include <utility>

namespace blip {

// Runs a function that GStreamer called; an exception becomes an element error and `otherwise`. The only catch in
// plugins/.
template <class Result, class Body>
Result guarded(GstElement* element, Result otherwise, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const std::exception& error) {
    GST_ELEMENT_ERROR(element, LIBRARY, FAILED, ("%s", error.what()), (nullptr));
  } catch (...) {
    GST_ELEMENT_ERROR(element, LIBRARY, FAILED, ("unknown exception"), (nullptr));
  }
  return otherwise;
}

template <class Body>
GstFlowReturn flow_guard(GstElement* element, Body&& body) noexcept {
  return guarded(element, GST_FLOW_ERROR, std::forward<Body>(body));
}

}  // namespace blip
