#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/vision/rgb_image.h"
#include "pipelines/watching/picture_ring.h"

namespace blip {

// Times are nanoseconds of the source. Clips are MP4 without sound, at a steady rate: each moment shows the newest
// picture there was. A file appears when it is complete (NAME.part before). All throw Error when nothing can be read
// for that stretch, or nothing written.

// The stretch from `from` to `to` of a video file, decoded anew and at its own rate (at most 30 pictures a second);
// larger pictures are made smaller, to fit 1280x720. `go_on` (or empty) is asked for each picture: false ends the clip.
void cut_clip(const std::string& video, std::int64_t from, std::int64_t to, const std::filesystem::path& clip,
              const std::function<bool()>& go_on = {});

// The same of kept pictures. Throws Error(kInvalidData) for none.
void assemble_clip(const std::vector<KeptPicture>& pictures, std::int64_t to, double fps,
                   const std::filesystem::path& clip, const std::function<bool()>& go_on = {});

// The picture of a video file that is to be seen at `time`, as JPEG that fits width x height.
std::string picture_of(const std::string& video, std::int64_t time, int width, int height);

// The picture, made smaller to fit; sides that video can have (even, at least 2).
RgbImage fit_picture(const RgbImage& image, int width, int height);

}  // namespace blip
