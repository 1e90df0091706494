#include "training/data/frame_text_dataset.h"

#include <utility>

#include "core/base/error.h"
#include "training/data/random_stream.h"
#include "training/data/video_frames.h"

namespace blip {

FrameTextDataset::FrameTextDataset(TextedVideos videos, TextKind text) : videos_(std::move(videos)), text_(text) {
  std::size_t left_out = 0;
  for (std::size_t v = 0; v < videos_.videos.size(); ++v) {
    for (std::size_t s = 0; s < videos_.videos[v].segments.size(); ++s) {
      if (videos_.videos[v].segments[s].texts.has(text_)) {
        segments_.push_back({v, s});
      } else {
        ++left_out;
      }
    }
  }
  if (segments_.empty())
    throw Error(ErrorKind::kInvalidData,
                "none of " + std::to_string(left_out) + " segments has the wanted kind of text");
  if (left_out > 0)
    videos_.warnings.push_back(std::to_string(left_out) + " segments without the wanted kind of text are left out");
}

Sample FrameTextDataset::read(std::int64_t index, std::uint64_t choice) const {
  const Place place = segments_[static_cast<std::size_t>(index)];
  const TextedVideo& video = videos_.videos[place.video];
  const TextSegment& segment = video.segments[place.segment];
  RandomStream random{{choice}};
  const double time = random.uniform(segment.start, segment.end);
  Sample sample;
  sample.id = video.file.string() + ":" + std::to_string(time) + "s";
  segment.texts.choose(text_, random.next(), sample);
  sample.image_index = index;
  read_video_frames(video.file, std::vector<double>{time},
                    [&](std::size_t, const RgbImage& image) { sample.image = image; });
  return sample;
}

}  // namespace blip
