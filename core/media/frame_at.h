#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "core/media/video_reader.h"

namespace blip {

// The frames of a video that are to be seen at `times` (seconds of stream time, in any order; one frame each, in the
// order of `times`): the last one that begins at or before it, the first frame for earlier times, the last one for
// later. Times that lie near each other are read in one go. Throws what VideoReader::open and next throw.
std::vector<VideoFrame> read_frames_at(const std::filesystem::path& video, std::span<const double> times);
VideoFrame read_frame_at(const std::filesystem::path& video, double time);

}  // namespace blip
