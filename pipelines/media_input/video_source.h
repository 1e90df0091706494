#pragma once

#include <gst/gst.h>

#include <string>

#include "pipelines/media_input/gst_owners.h"

namespace blip {

// A bin with a pad "src" that gives the first video stream of a file as raw video in system memory.
// No other stream is decoded. A file without video makes it post an error of domain blip_no_video_quark().
// Throws Error(kNotFound) naming the GStreamer element that is not installed.
GstElementHandle make_video_source(const std::string& file);

// Gives `bin` a pad "src" with the first video stream that its decodebin or uridecodebin finds, as raw video in system
// memory; other streams are not decoded. None: the bin posts the error above, "no video stream in the PLACE".
void show_first_video(GstElement* bin, GstElement* decoder, const std::string& place);

// The message of an error of this domain is a whole line for the user.
GQuark blip_no_video_quark();

}  // namespace blip
