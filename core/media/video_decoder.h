#pragma once

#include <cstdint>
#include <string>

#include "core/media/ffmpeg_handles.h"

namespace blip {

// The video stream of one file as decoded AVFrames in display order. Throws what VideoReader::open throws.
class VideoDecoder {
 public:
  explicit VideoDecoder(const std::string& path);

  FrameHandle next();  // null at the end
  // The next frame is the last key frame at or before `timestamp` (ticks of the stream), or the file's first. False
  // when the container cannot do that; where reading is then is not known.
  bool seek(std::int64_t timestamp);

  const AVFormatContext& format() const noexcept { return *format_; }
  const AVStream& stream() const noexcept { return *stream_; }
  const AVCodecContext& codec() const noexcept { return *codec_; }

  std::int64_t damaged_packets() const noexcept { return damaged_packets_; }
  bool read_failed() const noexcept { return read_failed_; }  // the file ended other than by its end

 private:
  void open_format(const std::string& path);
  void open_codec(const std::string& path);
  void feed();  // one packet of the stream, or the end, to the decoder

  FormatHandle format_;
  CodecHandle codec_;
  PacketHandle packet_;
  AVStream* stream_ = nullptr;
  std::int64_t damaged_packets_ = 0;
  bool read_failed_ = false;
  bool draining_ = false;
  int drain_errors_left_ = 64;  // frames in flight can each fail once; more means that the decoder never ends
};

}  // namespace blip
