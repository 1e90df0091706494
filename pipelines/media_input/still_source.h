#pragma once

#include "core/vision/image_file.h"
#include "pipelines/media_input/gst_owners.h"

namespace blip {

// A bin with a pad "src" that gives one picture at time 0 as raw RGB video of frame rate 0/1, then ends.
GstElementHandle make_still_source(const RgbImage& image);

}  // namespace blip
