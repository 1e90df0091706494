#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <functional>
#include <string>

namespace blip {

// Who looks at the pictures that pass. Called on streaming threads; times are stream time in nanoseconds.
struct PictureTap {
  std::function<void(std::int64_t time)> passed;  // each picture, before it is looked at
  std::function<bool(std::int64_t time)> wanted;  // whether it is to be made a JPEG
  std::function<void(std::int64_t time, std::string jpeg)> made;
};

struct PictureSize {
  int width = 0, height = 0;  // the largest; smaller pictures stay as they are
};

// Adds a branch to `pipeline` behind `split`, a tee, that tells `tap` which pictures pass and makes JPEGs of those that
// are wanted, in a thread of its own; the others cost nothing. `source`: the pad on which pictures are seen first.
// `tap` must live as long as the pipeline. may_wait: video waits for the JPEGs; else pictures are left out where they
// are slow. Throws Error(kNotFound) naming an element that is not installed.
void add_picture_branch(GstElement* pipeline, GstElement* split, GstPad* source, const PictureTap& tap,
                        PictureSize size, bool may_wait);

}  // namespace blip
