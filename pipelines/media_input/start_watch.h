#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace blip {

// Now and then decodebin of GStreamer 1.22 swallows the error of a demuxer that finds nothing to play, and nothing more
// happens. A file of which no frame has come for a while is held against FFmpeg, which says what is wrong with it.
class StartWatch {
 public:
  using Clock = std::chrono::steady_clock;

  explicit StartWatch(std::string file, Clock::time_point begin = Clock::now())
      : file_(std::move(file)), begin_(begin) {}

  // To be called several times a second with InputGate::position(). Throws Error: what is wrong with the file, without
  // its name.
  void look(std::int64_t position, Clock::time_point now = Clock::now());

 private:
  const std::string file_;
  const Clock::time_point begin_;
  bool probed_ = false;
};

// What was thrown about a file, without the name in it.
std::string without_file_name(std::string message, const std::string& file);

}  // namespace blip
