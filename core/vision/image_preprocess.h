#pragma once

#include <array>
#include <cstdint>

#include "core/base/image_view.h"
#include "core/vision/color_convert.h"

namespace blip {

// BLIP's normalisation (CLIP's means and standard deviations), channels R, G, B.
inline constexpr std::array<float, 3> kPixelMean{0.48145466f, 0.4578275f, 0.40821073f};
inline constexpr std::array<float, 3> kPixelStd{0.26862954f, 0.26130258f, 0.27577711f};

// The original's evaluation transform: RGB, upright, Pillow's bicubic resize to side x side (aspect ratio not kept), /
// 255, normalised. `out` takes [3, side, side] floats. The converter keeps its tables for the next picture of the size;
// one for each thread. Throws Error(kInvalidArgument) for a bad view or a side below 1.
void preprocess(const ImageView& view, std::int64_t side, float* out, ColorConverter& converter);
void preprocess(const ImageView& view, std::int64_t side, float* out);

// The last step alone: [height, width, 3] bytes to [3, height, width] floats.
void normalise(const RgbImage& image, float* out);

}  // namespace blip
