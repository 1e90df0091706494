#include "pipelines/asking/clip_reader.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/media/frame_sampler.h"
#include "core/media/video_reader.h"
#include "pipelines/terminal/clock_text.h"

namespace blip {
namespace {

constexpr std::size_t kEncodedTogether = 8;

std::int64_t nanoseconds(double seconds) {
  return std::llround(seconds * static_cast<double>(kSecond));
}

// The features of frames by their number. Frames are encoded several at a time.
class FrameFeatures {
 public:
  explicit FrameFeatures(const EncodePictures& encode) : encode_(encode) {}

  bool has(std::int64_t index) const { return features_.count(index) > 0; }
  const std::shared_ptr<const ImageFeatures>& at(std::int64_t index) const { return features_.at(index); }

  void add(std::int64_t index, VideoFrame frame) {
    features_[index] = nullptr;
    waiting_.emplace_back(index, std::move(frame));
    if (waiting_.size() == kEncodedTogether) flush();
  }
  void flush() {
    if (waiting_.empty()) return;
    std::vector<ImageView> views;
    for (const auto& [index, frame] : waiting_) views.push_back(frame.view);
    auto made = encode_(views);
    for (std::size_t i = 0; i < waiting_.size(); ++i) features_.at(waiting_[i].first) = std::move(made.at(i));
    waiting_.clear();
  }

 private:
  const EncodePictures& encode_;
  std::map<std::int64_t, std::shared_ptr<const ImageFeatures>> features_;
  std::vector<std::pair<std::int64_t, VideoFrame>> waiting_;
};

// Reads to the end; encodes the frames of `wanted` (ascending) that have not been yet. Returns the number of frames, or
// nothing when it was stopped.
std::optional<std::int64_t> read_through(const std::filesystem::path& file, const std::vector<std::int64_t>& wanted,
                                         FrameFeatures& features, EncodedVideo& video, const ReadingProgress& go_on) {
  VideoReader reader = VideoReader::open(file);
  const std::int64_t duration = nanoseconds(reader.info().duration);
  std::int64_t index = 0;
  for (VideoFrame frame; reader.next(frame); ++index) {
    const std::int64_t begin = nanoseconds(frame.pts);
    if (index == 0) video.start = video.end = begin;
    video.end = std::max(video.end, begin + nanoseconds(frame.duration));
    if (!go_on(video.end, duration)) return std::nullopt;
    if (std::binary_search(wanted.begin(), wanted.end(), index) && !features.has(index))
      features.add(index, std::exchange(frame, {}));
  }
  features.flush();
  video.warnings = reader.warnings();
  return index;
}

}  // namespace

std::vector<std::int64_t> chosen_frames(std::int64_t frames, std::int64_t count) {
  return frames > 0 ? uniform_indices(frames, std::min(frames, count)) : std::vector<std::int64_t>();
}

std::optional<EncodedVideo> encode_video(const std::filesystem::path& file, std::int64_t count,
                                         const EncodePictures& encode, const ReadingProgress& go_on) {
  EncodedVideo video;
  FrameFeatures features(encode);
  const std::int64_t promised = VideoReader::open(file).info().frames;
  const auto frames = read_through(file, chosen_frames(promised, count), features, video, go_on);
  if (!frames) return std::nullopt;
  const auto chosen = chosen_frames(*frames, count);
  if (*frames != promised && !read_through(file, chosen, features, video, go_on)) return std::nullopt;
  for (const std::int64_t index : chosen) video.clip.frames.push_back(features.at(index));
  return video;
}

}  // namespace blip
