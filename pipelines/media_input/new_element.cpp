#include "pipelines/media_input/new_element.h"

#include <string>

#include "core/base/error.h"

namespace blip {

GstElement* add_new_element(GstElement* bin, const char* factory, const char* name) {
  GstElement* element = gst_element_factory_make(factory, name);
  if (element == nullptr)
    throw Error(ErrorKind::kNotFound, std::string("the GStreamer element '") + factory +
                                          "' is not installed; try: apt install gstreamer1.0-plugins-base");
  gst_bin_add(GST_BIN(bin), element);
  return element;
}

}  // namespace blip
