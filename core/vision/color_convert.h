#pragma once

#include <memory>

#include "core/base/image_view.h"
#include "core/vision/rgb_image.h"

namespace blip {

// Brings pictures of every PixelFormat into RGB and stands them upright. Keeps what swscale needs between pictures of
// one size, so keep one for each worker; not thread-safe.
//
// YUV goes through swscale's default path at the same size: the bytes that `ffmpeg -pix_fmt rgb24` and PyAV give for
// yuv420p, with the view's matrix and range. NV12 holds the same samples as I420 in another order and gives the same
// bytes. No pixel outside the view's rows is read, whatever its size and strides.
class ColorConverter {
 public:
  ColorConverter();
  ~ColorConverter();
  ColorConverter(ColorConverter&&) noexcept;
  ColorConverter& operator=(ColorConverter&&) noexcept;

  // The result is this object's and valid until the next call.
  // Throws Error(kInvalidArgument) for a size below 1x1 or above 32768 a side, a missing plane or a stride shorter than
  // a row.
  const RgbImage& to_rgb(const ImageView& view);

 private:
  class YuvScaler;
  std::unique_ptr<YuvScaler> yuv_;
  RgbImage stored_, upright_;
};

// The same for a single picture.
RgbImage to_rgb(const ImageView& view);

}  // namespace blip
