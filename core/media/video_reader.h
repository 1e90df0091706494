#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/image_view.h"

namespace blip {

// What the container says of its video stream.
struct VideoInfo {
  int width = 0;  // pixels as stored, before any turning
  int height = 0;
  std::int64_t frames = 0;                          // 0 = not said; edit lists and damage can leave fewer
  double frame_rate = 0;                            // frames a second, on average; 0 = not said
  double duration = 0;                              // seconds; 0 = not said
  double time_base = 0;                             // seconds of one tick
  Orientation orientation = Orientation::kUpright;  // from the display matrix; on every frame's view too
  std::string codec;                                // FFmpeg's name, such as "h264"
};

// A decoded picture. `owner` keeps the pixels of `view` alive; frames stay valid while others are read.
struct VideoFrame {
  ImageView view;       // I420 and NV12 as decoded, with the stream's matrix and range; every other format as RGB
  double pts = 0;       // seconds of stream time
  double duration = 0;  // seconds; 0 = not known
  std::shared_ptr<const void> owner;
};

// Reads the frames of a video file in display order (FFmpeg). Not thread-safe.
//
// Stream time is the container's own time line: a first frame at 0.08 s stays there. Formats whose clock starts
// anywhere (MPEG-TS and -PS) are counted from their start. Opening a file turns FFmpeg's log off for the process.
class VideoReader {
 public:
  // Throws Error naming the file: kNotFound, kInvalidData (empty, no video format, no video stream), kUnsupported (no
  // decoder).
  static VideoReader open(const std::filesystem::path& path);

  VideoReader(VideoReader&&) noexcept;
  VideoReader& operator=(VideoReader&&) noexcept;
  ~VideoReader();

  const VideoInfo& info() const noexcept;

  // The next frame; false at the end. Damaged parts are left out and reported by warnings(); sizes and formats may
  // change between frames. Throws Error(kInvalidData) if the file ends without one frame, kFailed if memory runs out.
  bool next(VideoFrame& frame);

  // The next frame is at or before `pts` seconds of stream time: from a key frame on, or from the file's beginning
  // where the container has no index. From then on warnings() says nothing of a file that ends early. Throws what
  // open() does when the file has to be opened anew and is no more.
  void seek(double pts);

  // One line each, complete when next() has returned false: damaged packets, a file that ends early.
  const std::vector<std::string>& warnings() const noexcept;

 private:
  class Impl;
  explicit VideoReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
