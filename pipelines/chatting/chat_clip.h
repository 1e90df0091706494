#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/tasks/engine_api.h"
#include "pipelines/chatting/chat_settings.h"

namespace blip {

// A video, or a picture, whose moments are talked about.
class ChatClip {
 public:
  // The pictures that were looked at.
  struct Look {
    Clip clip;
    std::vector<double> times;  // seconds; of a picture none
  };

  // Throws Error naming the file: it cannot be read, or is not as long as `settings` take it to be.
  explicit ChatClip(const ChatSettings& settings);

  // As the settings say: one moment, or `frames` pictures in the middles of equal parts of the stretch.
  Look look(Stream& stream) const;
  // The picture at a moment, nanoseconds. Throws Error(kInvalidArgument) for one that the video has not, or of a still
  // picture.
  Look look_at(Stream& stream, std::int64_t time) const;

 private:
  Look look(Stream& stream, std::vector<double> times) const;

  const ChatSettings& settings_;
  bool still_ = false;
  double duration_ = 0;  // seconds
};

// The middles of `count` equal parts of [start, end].
std::vector<double> middles(double start, double end, int count);

}  // namespace blip
