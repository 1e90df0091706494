#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/media/video_reader.h"
#include "core/vision/color_convert.h"
#include "core/vision/jpeg_writer.h"
#include "core/vision/rgb_image.h"

namespace blip::test {

// "red", "blue", or "other", by the middle of a picture.
inline std::string color_in(const RgbImage& image) {
  const std::uint8_t* pixel = image.row(image.height / 2) + 3 * std::ptrdiff_t{image.width / 2};
  if (pixel[0] > 150 && pixel[2] < 100) return "red";
  if (pixel[2] > 150 && pixel[0] < 100) return "blue";
  return "other";
}

struct ClipColors {
  std::vector<std::string> colors;  // frame by frame
  double rate = 0;                  // frames a second
  std::size_t count(const std::string& color) const {
    return static_cast<std::size_t>(std::count(colors.begin(), colors.end(), color));
  }
};

inline ClipColors colors_of_clip(const std::filesystem::path& clip) {
  VideoReader reader = VideoReader::open(clip);
  ClipColors found;
  found.rate = reader.info().frame_rate;
  for (VideoFrame frame; reader.next(frame);) found.colors.push_back(color_in(to_rgb(frame.view)));
  return found;
}

inline std::string plain_jpeg(bool red, int width = 32, int height = 24) {
  RgbImage image(width, height);
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    image.pixels[i] = red ? 255 : 0;
    image.pixels[i + 1] = 0;
    image.pixels[i + 2] = red ? 0 : 255;
  }
  return encode_jpeg(image);
}

}  // namespace blip::test
