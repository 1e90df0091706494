#include "pipelines/indexing/segment_thumbnail.h"

#include <algorithm>
#include <cstdint>

#include "core/vision/jpeg_writer.h"
#include "core/vision/pillow_resize.h"

namespace blip {

std::string ThumbnailMaker::make(const ImageView& frame) {
  constexpr JpegOptions kJpeg{.quality = 80, .subsample_chroma = true};
  const RgbImage& picture = converter_.to_rgb(frame);
  const int longer = std::max(picture.width, picture.height);
  if (longer <= kThumbnailSide) return encode_jpeg(picture, kJpeg);
  const auto scaled = [&](int side) {
    return static_cast<int>(std::max<std::int64_t>((std::int64_t{side} * kThumbnailSide + longer / 2) / longer, 1));
  };
  return encode_jpeg(pillow_resize(picture, scaled(picture.width), scaled(picture.height)), kJpeg);
}

}  // namespace blip
