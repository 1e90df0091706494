#include "core/media/video_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/error.h"
#include "core/media/frame_viewer.h"
#include "core/media/video_decoder.h"

namespace blip {
namespace {

double seconds(AVRational value) {
  return value.den == 0 ? 0.0 : av_q2d(value);
}

VideoInfo info_of(const VideoDecoder& decoder) {
  const AVStream& stream = decoder.stream();
  VideoInfo info;
  info.width = decoder.codec().width;
  info.height = decoder.codec().height;
  info.frames = std::max<std::int64_t>(stream.nb_frames, 0);
  info.frame_rate = seconds(stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : stream.r_frame_rate);
  info.time_base = seconds(stream.time_base);
  if (stream.duration != AV_NOPTS_VALUE) {
    info.duration = static_cast<double>(stream.duration) * info.time_base;
  } else if (decoder.format().duration != AV_NOPTS_VALUE) {
    info.duration = static_cast<double>(decoder.format().duration) / AV_TIME_BASE;
  }
  info.codec = avcodec_get_name(stream.codecpar->codec_id);
  if (const auto* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr); matrix != nullptr) {
    info.orientation = orientation_of(reinterpret_cast<const std::int32_t*>(matrix));
  }
  return info;
}

}  // namespace

class VideoReader::Impl {
 public:
  explicit Impl(const std::filesystem::path& path) : path_(path.string()), decoder_(path_), info_(info_of(decoder_)) {
    const AVFormatContext& format = decoder_.format();
    if ((format.iformat->flags & AVFMT_TS_DISCONT) != 0 && format.start_time != AV_NOPTS_VALUE) {
      start_ = static_cast<double>(format.start_time) / AV_TIME_BASE;
    }
  }

  bool next(VideoFrame& frame) {
    if (ended_) return false;
    FrameHandle decoded = decoder_.next();
    if (!decoded) {
      finish();
      return false;
    }
    const double usual = info_.frame_rate > 0 ? 1 / info_.frame_rate : 0;
    frame.duration = decoded->pkt_duration > 0 ? static_cast<double>(decoded->pkt_duration) * info_.time_base : usual;
    frame.pts = decoded->best_effort_timestamp != AV_NOPTS_VALUE
                    ? static_cast<double>(decoded->best_effort_timestamp) * info_.time_base - start_
                    : last_end_;
    last_end_ = frame.pts + frame.duration;
    ++frames_;
    OwnedView owned = viewer_.view(std::move(decoded));
    frame.view = owned.view;
    frame.view.orientation = info_.orientation;
    frame.owner = std::move(owned.owner);
    return true;
  }

  bool seek(double pts) {
    const auto ticks = static_cast<std::int64_t>(std::floor((std::max(pts, 0.0) + start_) / info_.time_base));
    ended_ = false;
    seeking_ = true;
    return decoder_.seek(ticks);
  }

  const VideoInfo& info() const noexcept { return info_; }
  const std::string& path() const noexcept { return path_; }
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  void finish() {
    ended_ = true;
    if (frames_ == 0 && !seeking_)
      throw Error(ErrorKind::kInvalidData, "no frame of '" + path_ + "' can be decoded; it may be cut off");
    if (seeking_) return;
    if (const auto damaged = decoder_.damaged_packets(); damaged > 0) {
      warnings_.push_back("'" + path_ + "': " + std::to_string(damaged) + " damaged video packet(s)");
    }
    // Where there is more than one stream, the announced duration may be another one's.
    constexpr double kShortBy = 0.5;  // seconds; rounding and odd last frames stay below
    const bool is_short =
        decoder_.format().nb_streams == 1 && info_.duration > 0 && last_end_ + kShortBy < info_.duration;
    if (decoder_.read_failed() || is_short) {
      warnings_.push_back("'" + path_ + "' ends early: " + std::to_string(frames_) + " frames up to " +
                          std::to_string(last_end_) + " s of " + std::to_string(info_.duration) + " s");
    }
  }

  std::string path_;
  VideoDecoder decoder_;
  VideoInfo info_;
  FrameViewer viewer_;
  double start_ = 0, last_end_ = 0;  // seconds
  std::int64_t frames_ = 0;
  bool ended_ = false;
  bool seeking_ = false;  // not every frame is read
  std::vector<std::string> warnings_;
};

VideoReader VideoReader::open(const std::filesystem::path& path) {
  return VideoReader(std::make_unique<Impl>(path));
}

VideoReader::VideoReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
VideoReader::VideoReader(VideoReader&&) noexcept = default;
VideoReader& VideoReader::operator=(VideoReader&&) noexcept = default;
VideoReader::~VideoReader() = default;

const VideoInfo& VideoReader::info() const noexcept {
  return impl_->info();
}
bool VideoReader::next(VideoFrame& frame) {
  return impl_->next(frame);
}
void VideoReader::seek(double pts) {
  if (impl_->seek(pts)) return;
  impl_ = std::make_unique<Impl>(impl_->path());
}
const std::vector<std::string>& VideoReader::warnings() const noexcept {
  return impl_->warnings();
}

}  // namespace blip
