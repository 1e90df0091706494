#pragma once

#include <gst/gst.h>

#include <memory>

namespace blip {

// Owners of GStreamer's and GLib's references.
template <auto Release>
struct GstRelease {
  void operator()(auto* object) const { Release(object); }
};

using GstElementHandle = std::unique_ptr<GstElement, GstRelease<gst_object_unref>>;
// Stops a pipeline before it lets go of it.
struct PipelineStop {
  void operator()(GstElement* pipeline) const {
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
  }
};

using PipelineHandle = std::unique_ptr<GstElement, PipelineStop>;
using GstPadHandle = std::unique_ptr<GstPad, GstRelease<gst_object_unref>>;
using GstBusHandle = std::unique_ptr<GstBus, GstRelease<gst_object_unref>>;
using GstPluginHandle = std::unique_ptr<GstPlugin, GstRelease<gst_object_unref>>;
using GstPluginFeatureHandle = std::unique_ptr<GstPluginFeature, GstRelease<gst_object_unref>>;
using GstMessageHandle = std::unique_ptr<GstMessage, GstRelease<gst_message_unref>>;
using GstSampleHandle = std::unique_ptr<GstSample, GstRelease<gst_sample_unref>>;
using GstCapsHandle = std::unique_ptr<GstCaps, GstRelease<gst_caps_unref>>;
using GstEventHandle = std::unique_ptr<GstEvent, GstRelease<gst_event_unref>>;
using GErrorHandle = std::unique_ptr<GError, GstRelease<g_error_free>>;
using GStringHandle = std::unique_ptr<gchar, GstRelease<g_free>>;

}  // namespace blip
