#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/vision/rgb_image.h"

namespace blip {

// Decodes a video once and hands out the frames shown at `times` (seconds, in any order): take(i, picture) for
// times[i], in the order of the times. A frame is shown until the next one begins; the first also before it begins.
// Stops decoding behind the last time. Returns what the reader warns of. Throws Error(kNotFound, kInvalidData,
// kUnsupported) naming the video, also for a time at which it is over.
std::vector<std::string> read_video_frames(const std::filesystem::path& video, const std::vector<double>& times,
                                           const std::function<void(std::size_t i, const RgbImage& image)>& take);

}  // namespace blip
