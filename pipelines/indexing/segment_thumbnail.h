#pragma once

#include <string>

#include "core/vision/color_convert.h"

namespace blip {

inline constexpr int kThumbnailSide = 320;  // pixels

// Makes small pictures of frames, upright, at most kThumbnailSide pixels a side, as JPEG. Smaller frames keep their
// size. Not thread-safe.
class ThumbnailMaker {
 public:
  // Throws Error(kInvalidArgument) for what is no picture.
  std::string make(const ImageView& frame);

 private:
  ColorConverter converter_;
};

}  // namespace blip
