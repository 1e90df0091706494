#pragma once

#include <stdexcept>
#include <vector>

#include "core/media/video_reader.h"
#include "core/vision/color_convert.h"
#include "tests/support/golden.h"
#include "training/data/video_texts.h"

namespace blip::test {

struct TimedPicture {
  double pts = 0, end = 0;
  RgbImage image;
};

// The first clip of the shapes world.
inline TextedVideo first_clip() {
  return find_texted_videos(shapes_dir()).videos.at(0);
}

// Its frames, read one by one.
inline std::vector<TimedPicture> frames_of(const std::filesystem::path& video) {
  VideoReader reader = VideoReader::open(video);
  std::vector<TimedPicture> result;
  for (VideoFrame frame; reader.next(frame);)
    result.push_back({frame.pts, frame.pts + frame.duration, to_rgb(frame.view)});
  if (result.size() < 3) throw std::runtime_error("a clip of fewer than three frames");
  return result;
}

}  // namespace blip::test
