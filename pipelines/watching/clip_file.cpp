#include "pipelines/watching/clip_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/media/frame_at.h"
#include "core/media/video_reader.h"
#include "core/media/video_writer.h"
#include "core/vision/color_convert.h"
#include "core/vision/jpeg_file.h"
#include "core/vision/jpeg_writer.h"
#include "core/vision/pillow_resize.h"

namespace blip {
namespace {

constexpr int kWidest = 1280, kHighest = 720, kFastest = 30;
constexpr double kSecond = 1e9;

// Brings pictures that come when they like to a steady rate.
class SteadyClip {
 public:
  SteadyClip(std::filesystem::path clip, double from, double to, int fps)
      : clip_(std::move(clip)), next_(from), to_(to), fps_(fps) {}

  // The picture stands from `time` (seconds, rising) on.
  void add(double time, RgbImage picture) {
    if (current_)
      show_until(std::min(time, to_));
    else
      next_ = std::max(next_, time);
    current_ = std::move(picture);
  }

  // The last picture stands until `end`, or the clip's end.
  void finish(double end) {
    if (current_) show_until(std::min(end, to_));
    if (current_ && !writer_) write();
    if (!writer_) throw Error(ErrorKind::kInvalidData, "the video has no picture there");
    writer_->finish();
  }

 private:
  void show_until(double time) {
    constexpr double kSame = 1e-6;
    for (; next_ < time - kSame; next_ += 1.0 / fps_) write();
  }

  void write() {
    if (!writer_) {
      size_ = {current_->width, current_->height};
      VideoOptions options;
      options.width = size_.first;
      options.height = size_.second;
      options.fps = fps_;
      writer_.emplace(clip_, options);
    }
    if (std::pair(current_->width, current_->height) != size_)
      current_ = pillow_resize(*current_, size_.first, size_.second);
    writer_->write(current_->view());
  }

  const std::filesystem::path clip_;
  double next_;  // seconds: of the next frame to be written
  const double to_;
  const int fps_;
  std::optional<RgbImage> current_;
  std::pair<int, int> size_;
  std::optional<VideoWriter> writer_;
};

int steady_rate(double rate) {
  return rate > 0 ? std::clamp(static_cast<int>(std::lround(rate)), 1, kFastest) : kFastest;
}

}  // namespace

void cut_clip(const std::string& video, std::int64_t from, std::int64_t to, const std::filesystem::path& clip,
              const std::function<bool()>& go_on) {
  VideoReader reader = VideoReader::open(video);
  const double begin = std::max(0.0, static_cast<double>(from) / kSecond), end = static_cast<double>(to) / kSecond;
  SteadyClip steady(clip, begin, end, steady_rate(reader.info().frame_rate));
  if (begin > 0) reader.seek(begin);
  ColorConverter converter;
  std::optional<VideoFrame> before;  // the newest frame that is not after the clip's begin
  VideoFrame frame;
  double last = begin;
  while (reader.next(frame) && frame.pts < end && (!go_on || go_on())) {
    last = frame.pts + frame.duration;
    if (frame.pts <= begin) {
      before = std::move(frame);
      continue;
    }
    if (before) steady.add(before->pts, fit_picture(converter.to_rgb(before->view), kWidest, kHighest));
    before.reset();
    steady.add(frame.pts, fit_picture(converter.to_rgb(frame.view), kWidest, kHighest));
  }
  if (before) steady.add(before->pts, fit_picture(converter.to_rgb(before->view), kWidest, kHighest));
  steady.finish(frame.pts >= end ? end : std::max(last, begin));
}

void assemble_clip(const std::vector<KeptPicture>& pictures, std::int64_t to, double fps,
                   const std::filesystem::path& clip, const std::function<bool()>& go_on) {
  if (pictures.empty()) throw Error(ErrorKind::kInvalidData, "no picture of that time was kept");
  const int rate = steady_rate(fps);
  const auto seconds = [&](std::int64_t time) { return static_cast<double>(time - pictures.front().time) / kSecond; };
  SteadyClip steady(clip, 0, seconds(to), rate);
  for (const KeptPicture& picture : pictures) {
    if (go_on && !go_on()) break;
    steady.add(seconds(picture.time), fit_picture(decode_jpeg(*picture.jpeg, "kept picture").image, kWidest, kHighest));
  }
  steady.finish(seconds(pictures.back().time) + 1.0 / rate);
}

std::string picture_of(const std::string& video, std::int64_t time, int width, int height) {
  const VideoFrame frame = read_frame_at(video, static_cast<double>(time) / kSecond);
  return encode_jpeg(fit_picture(to_rgb(frame.view), width, height), {85});
}

RgbImage fit_picture(const RgbImage& image, int width, int height) {
  const double scale =
      std::min({1.0, static_cast<double>(width) / image.width, static_cast<double>(height) / image.height});
  const auto even = [](double side) { return std::max(2, static_cast<int>(std::lround(side)) / 2 * 2); };
  const int wide = even(image.width * scale), high = even(image.height * scale);
  if (wide == image.width && high == image.height) return image;
  if (scale < 1 || wide > image.width || high > image.height) return pillow_resize(image, wide, high);
  RgbImage cropped(wide, high);
  for (int y = 0; y < high; ++y) std::memcpy(cropped.row(y), image.row(y), cropped.row_bytes());
  return cropped;
}

}  // namespace blip
