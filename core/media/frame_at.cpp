#include "core/media/frame_at.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr double kSameFrame = 1e-6;   // seconds; times come through decimal text
constexpr double kReadThrough = 4.0;  // seconds; a seek costs about as much as decoding this

// Reads forward; knows one frame further than the one it is at.
class ForwardReader {
 public:
  explicit ForwardReader(const std::filesystem::path& video) : reader_(VideoReader::open(video)) {}

  VideoFrame at(double time) {
    if (!current_ || time < current_->pts - kSameFrame || time > current_->pts + kReadThrough) go_near(time);
    while (next_ && next_->pts <= time + kSameFrame) step();
    return *current_;
  }

 private:
  void go_near(double time) {
    if (!started_ && time <= kReadThrough) {
      fill();
      return;
    }
    // A container may land after the time it was asked for (open groups of pictures): then from further back.
    for (double back = 0;; back = back * 2 + 1) {
      reader_.seek(std::max(time - back, 0.0));
      fill();
      if (current_ && (current_->pts <= time + kSameFrame || back > time)) return;
      if (!current_ && back > time) throw Error(ErrorKind::kInvalidData, "no frame of the video can be decoded");
    }
  }

  void fill() {
    started_ = true;
    current_ = read();
    next_ = current_ ? read() : std::nullopt;
  }
  void step() {
    current_ = std::move(next_);
    next_ = read();
  }
  std::optional<VideoFrame> read() {
    VideoFrame frame;
    if (!reader_.next(frame)) return std::nullopt;
    return frame;
  }

  VideoReader reader_;
  bool started_ = false;
  std::optional<VideoFrame> current_, next_;
};

}  // namespace

std::vector<VideoFrame> read_frames_at(const std::filesystem::path& video, std::span<const double> times) {
  std::vector<VideoFrame> frames(times.size());
  if (times.empty()) return frames;
  std::vector<std::size_t> order(times.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return times[a] < times[b]; });
  ForwardReader reader(video);
  for (const std::size_t i : order) frames[i] = reader.at(times[i]);
  return frames;
}

VideoFrame read_frame_at(const std::filesystem::path& video, double time) {
  return std::move(read_frames_at(video, {&time, 1}).front());
}

}  // namespace blip
