#pragma once

#include <memory>

#include "core/base/image_view.h"
#include "core/media/ffmpeg_handles.h"

namespace blip {

// A view of a decoded frame and what keeps its pixels alive.
struct OwnedView {
  ImageView view;
  std::shared_ptr<const void> owner;
};

// Makes views of decoded frames. I420, NV12 and RGB frames are taken as they are; every other pixel format goes through
// swscale's default path to RGB, the bytes `ffmpeg -pix_fmt rgb24` gives. Keeps its scaler between frames of one
// format.
class FrameViewer {
 public:
  OwnedView view(FrameHandle frame);  // throws Error(kUnsupported) for a pixel format swscale cannot read

 private:
  FrameHandle to_rgb(const AVFrame& frame);

  ScalerHandle scaler_;  // made anew by sws_getCachedContext when size or format change
};

// The turning a display matrix (nine 16.16 numbers, as in MP4) asks for; kUpright where it is none of the eight
// right-angled ones.
Orientation orientation_of(const std::int32_t* display_matrix) noexcept;

}  // namespace blip
