#pragma once

#include <memory>

#include "core/base/image_view.h"
#include "core/vision/rgb_image.h"

namespace blip {

// Resizes as decord's VideoReader(width, height) does (FFmpeg's scale filter): from the decoder's planes straight to
// RGB of the new size, by swscale's bicubic with its default rounding, aspect ratio not kept. Keeps its tables for the
// next frame of the size; one for each thread.
class DecoderResize {
 public:
  DecoderResize();
  ~DecoderResize();
  DecoderResize(const DecoderResize&) = delete;
  DecoderResize& operator=(const DecoderResize&) = delete;

  // side x side, upright. Throws Error(kUnsupported, kFailed).
  RgbImage resize(const ImageView& view, int side);

 private:
  struct Scaler;
  std::unique_ptr<Scaler> scaler_;
};

}  // namespace blip
