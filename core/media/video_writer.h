#pragma once

#include <filesystem>
#include <memory>

#include "core/base/image_view.h"

namespace blip {

struct VideoOptions {
  int width = 0, height = 0;  // pixels, even
  int fps = 25;
  int crf = 20;  // x264's constant rate factor, 0 … 51; more is smaller and worse
};

// Writes an MP4 file of H.264 video (FFmpeg, libx264 on one thread, so that equal pictures give equal bytes): 4:2:0,
// BT.601 limited range and tagged so. The file appears when finish() has returned: until then it is "NAME.part", which
// is removed if the writer is destroyed before. Not thread-safe.
class VideoWriter {
 public:
  // Throws Error(kInvalidArgument) for options out of range, kUnsupported if FFmpeg has no libx264, kFailed if the file
  // cannot be made.
  VideoWriter(const std::filesystem::path& path, const VideoOptions& options);
  ~VideoWriter();
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;

  // The next frame, RGB. Throws Error(kInvalidArgument) for another size or format, kFailed if it cannot be written.
  void write(const ImageView& image);
  void finish();  // throws Error(kFailed), also if no frame was written

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
