#include "pipelines/chatting/chat_clip.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/media/frame_at.h"
#include "core/media/video_reader.h"
#include "core/vision/image_file.h"
#include "pipelines/media_input/input_file.h"
#include "pipelines/terminal/clock_text.h"

namespace blip {
namespace {

double seconds(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / static_cast<double>(kSecond);
}

// What the container says, else the end of the last frame.
double duration_of(const std::string& file) {
  VideoReader reader = VideoReader::open(file);
  double duration = reader.info().duration;
  if (duration > 0) return duration;
  for (VideoFrame frame; reader.next(frame);) duration = std::max(duration, frame.pts + frame.duration);
  return duration;
}

Clip encode(Stream& stream, const std::vector<ImageView>& pictures) {
  auto features = stream.encode(pictures);
  if (!features.ok()) throw Error(features.failure().kind, features.failure().message);
  Clip clip;
  for (auto& frame : features.value()) clip.frames.push_back(std::move(frame));
  return clip;
}

}  // namespace

std::vector<double> middles(double start, double end, int count) {
  std::vector<double> times;
  for (int i = 0; i < count; ++i) times.push_back(start + (end - start) * (i + 0.5) / count);
  return times;
}

ChatClip::ChatClip(const ChatSettings& settings) : settings_(settings) {
  const std::string& file = settings_.file;
  try {
    check_input_file(file);
  } catch (const Error& e) {
    throw Error(e.kind(), "'" + file + "': " + e.what());
  }
  still_ = is_still_image(file);
  const bool has_times = settings_.from || settings_.to || settings_.at;
  if (still_ && (has_times || settings_.frames > 1))
    throw Error(ErrorKind::kInvalidArgument,
                "'" + file + "' is a picture, which has no times; leave --from, --to, --at and --frames away");
  if (still_) return;
  duration_ = duration_of(file);
  for (const auto& time : {settings_.from, settings_.at})
    if (time && seconds(*time) > duration_)
      throw Error(ErrorKind::kInvalidArgument, "'" + file + "' ends at " +
                                                   seconds_text(static_cast<std::int64_t>(duration_ * kSecond)) +
                                                   " s, before " + seconds_text(*time) + " s");
}

ChatClip::Look ChatClip::look(Stream& stream) const {
  if (still_) {
    const RgbImage image = read_image(settings_.file, {settings_.auto_orient});
    return {encode(stream, {image.view()}), {}};
  }
  if (settings_.at) return look_at(stream, *settings_.at);
  const double start = seconds(settings_.from.value_or(0));
  const double end = settings_.to ? std::min(seconds(*settings_.to), duration_) : duration_;
  return look(stream, middles(start, std::max(start, end), settings_.frames));
}

ChatClip::Look ChatClip::look_at(Stream& stream, std::int64_t time) const {
  if (still_) throw Error(ErrorKind::kInvalidArgument, "a picture has no times");
  if (seconds(time) > duration_)
    throw Error(ErrorKind::kInvalidArgument,
                "the video ends at " + seconds_text(static_cast<std::int64_t>(duration_ * kSecond)) + " s");
  return look(stream, {seconds(time)});
}

ChatClip::Look ChatClip::look(Stream& stream, std::vector<double> times) const {
  const std::vector<VideoFrame> frames = read_frames_at(settings_.file, times);
  std::vector<ImageView> pictures;
  for (const VideoFrame& frame : frames) pictures.push_back(frame.view);
  return {encode(stream, pictures), std::move(times)};
}

}  // namespace blip
