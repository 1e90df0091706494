#pragma once

#include <gst/video/video.h>

#include <memory>
#include <optional>

#include "core/base/image_view.h"
#include "core/base/outcome.h"

namespace blip {

// Raw video that FrameView can show, as a caps string for pad templates.
#define BLIP_VIDEO_CAPS GST_VIDEO_CAPS_MAKE("{ RGB, BGR, RGBx, BGRx, RGBA, BGRA, GRAY8, I420, YV12, NV12 }")

// What caps say about frames.
struct FrameFormat {
  GstVideoInfo info;
  PixelFormat pixels = PixelFormat::kRgb;
  ColorMatrix matrix = ColorMatrix::kBt601;
  ColorRange range = ColorRange::kLimited;
};

// Empty when the caps are not fixed raw video of BLIP_VIDEO_CAPS. Colour is BT.601 limited range unless the caps name
// another.
std::optional<FrameFormat> frame_format(const GstCaps* caps);

// A frame mapped for reading while this lives. Strides and offsets of GstVideoMeta and the rectangle of
// GstVideoCropMeta count.
class FrameView {
 public:
  // `buffer` must outlive the view. Fails with kInvalidData when it cannot be mapped as such a frame.
  static Outcome<std::unique_ptr<const FrameView>> map(GstBuffer* buffer, const FrameFormat& format,
                                                       Orientation orientation);
  ~FrameView();
  FrameView(const FrameView&) = delete;
  FrameView& operator=(const FrameView&) = delete;

  const ImageView& image() const { return image_; }

 private:
  FrameView(const GstVideoFrame& frame, const FrameFormat& format, Orientation orientation);

  GstVideoFrame frame_;
  ImageView image_;
};

}  // namespace blip
