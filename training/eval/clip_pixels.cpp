#include "training/eval/clip_pixels.h"

#include <algorithm>
#include <string>

#include "core/base/error.h"
#include "core/media/frame_sampler.h"
#include "core/media/video_reader.h"
#include "core/vision/image_file.h"
#include "core/vision/image_preprocess.h"
#include "training/eval/decoder_resize.h"

namespace blip {
namespace {

class FramePreparation {
 public:
  FramePreparation(FrameResize resize, std::int64_t side) : resize_(resize), side_(side) {}

  void prepare(const ImageView& view, float* out) {
    if (resize_ == FrameResize::kPillow) return preprocess(view, side_, out, converter_);
    normalise(decoder_.resize(view, static_cast<int>(side_)), out);
  }

 private:
  FrameResize resize_;
  std::int64_t side_;
  ColorConverter converter_;
  DecoderResize decoder_;
};

// Reads to the end. Fills those of `indices` (ascending, repeats allowed) that are there; returns the number of frames.
std::int64_t read_frames(const Medium& medium, const std::vector<std::int64_t>& indices, FramePreparation& preparation,
                         ClipPixels& pixels) {
  VideoReader reader = VideoReader::open(medium.path);
  const std::size_t size = static_cast<std::size_t>(3 * pixels.side * pixels.side);
  VideoFrame frame;
  std::size_t next = 0;
  std::int64_t number = 0;
  for (; reader.next(frame); ++number) {
    for (std::size_t first = next; next < indices.size() && indices[next] == number; ++next) {
      float* out = pixels.values.data() + next * size;
      if (next == first)
        preparation.prepare(frame.view, out);
      else
        std::copy_n(pixels.values.data() + first * size, size, out);
    }
  }
  return number;
}

}  // namespace

FrameResize frame_resize_named(std::string_view name) {
  if (name == "decord") return FrameResize::kDecord;
  if (name == "pillow") return FrameResize::kPillow;
  throw Error(ErrorKind::kInvalidArgument,
              "frames are resized by 'decord' or 'pillow', not by '" + std::string(name) + "'");
}

std::string_view frame_resize_name(FrameResize resize) noexcept {
  return resize == FrameResize::kDecord ? "decord" : "pillow";
}

ClipPixels read_clip_pixels(const Medium& medium, const FrameRule& rule, std::int64_t side) {
  ClipPixels pixels;
  pixels.side = side;
  pixels.frames = medium.kind == MediaKind::kImage ? 1 : rule.frames;
  pixels.values.resize(static_cast<std::size_t>(pixels.frames * 3 * side * side));
  if (medium.kind == MediaKind::kImage) {
    preprocess(read_image(medium.path).view(), side, pixels.values.data());
    return pixels;
  }
  FramePreparation preparation(rule.resize, side);
  // The container's count is believed until the end of the video shows another.
  std::int64_t expected = std::max<std::int64_t>(1, VideoReader::open(medium.path).info().frames);
  for (int attempt = 0; attempt < 2; ++attempt) {
    const std::int64_t found = read_frames(medium, uniform_indices(expected, rule.frames), preparation, pixels);
    if (found == expected) return pixels;
    expected = found;
  }
  throw Error(ErrorKind::kInvalidData,
              "video '" + medium.path.string() + "' has another number of frames each time it is read");
}

}  // namespace blip
