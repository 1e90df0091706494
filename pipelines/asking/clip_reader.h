#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/image_view.h"
#include "core/tasks/engine_api.h"

namespace blip {

// Makes the features of pictures, in order.
using EncodePictures =
    std::function<std::vector<std::shared_ptr<const ImageFeatures>>(std::span<const ImageView> pictures)>;

// Some frames of a video, encoded, and the time that the video takes.
struct EncodedVideo {
  Clip clip;
  std::int64_t start = 0, end = 0;    // nanoseconds of stream time
  std::vector<std::string> warnings;  // of damaged parts, one line each
};

// Called with how far reading came, in nanoseconds; false stops it.
using ReadingProgress = std::function<bool(std::int64_t position, std::int64_t duration)>;

// Which `count` frames of `frames` are looked at: i * floor(frames / count), as the original's video evaluation does;
// every frame once when there are fewer.
std::vector<std::int64_t> chosen_frames(std::int64_t frames, std::int64_t count);

// Reads the video and encodes `count` of its frames. It is read a second time when the container's number of frames is
// not that of the frames in it. Nothing when it was stopped. Throws what VideoReader throws.
std::optional<EncodedVideo> encode_video(const std::filesystem::path& file, std::int64_t count,
                                         const EncodePictures& encode, const ReadingProgress& go_on);

}  // namespace blip
