#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "training/benchmarks/benchmark.h"

namespace blip {

// How the frames of a video become square.
enum class FrameResize {
  kDecord,  // the original's evaluation of videos: swscale's bicubic, in one step with the conversion to RGB
  kPillow,  // as pictures: RGB at the video's size, then Pillow's bicubic
};

FrameResize frame_resize_named(std::string_view name);  // "decord", "pillow"; throws Error(kInvalidArgument)
std::string_view frame_resize_name(FrameResize resize) noexcept;

// Which frames of a video are looked at: i * floor(frame count / frames).
struct FrameRule {
  std::int64_t frames = 8;
  FrameResize resize = FrameResize::kDecord;
};

// Normalised pixels of a clip, [frames, 3, side, side].
struct ClipPixels {
  std::vector<float> values;
  std::int64_t frames = 0, side = 0;
};

// Decodes a video, or reads a picture (one frame, Pillow's resize). The frames that the container counts are checked:
// the video is read to its end. Throws Error naming the file: kNotFound, kInvalidData, kUnsupported.
ClipPixels read_clip_pixels(const Medium& medium, const FrameRule& rule, std::int64_t side);

}  // namespace blip
