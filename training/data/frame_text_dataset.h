#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "training/data/dataset.h"
#include "training/data/video_texts.h"

namespace blip {

// Frames of videos with their texts, read straight from the videos: a segment a sample, of whose span a frame is drawn
// by `choice`. A read decodes its video from the start; for more than a few clips extract shards first
// (frame_text_extract.h). Segments without the wanted kind of text are left out with a warning.
class FrameTextDataset final : public Dataset {
 public:
  // Throws Error(kInvalidData) when no segment has such a text.
  FrameTextDataset(TextedVideos videos, TextKind text);

  std::int64_t size() const noexcept override { return static_cast<std::int64_t>(segments_.size()); }
  Sample read(std::int64_t index, std::uint64_t choice) const override;
  const std::vector<std::string>& warnings() const noexcept override { return videos_.warnings; }

 private:
  struct Place {
    std::size_t video = 0, segment = 0;
  };

  TextedVideos videos_;
  TextKind text_;
  std::vector<Place> segments_;
};

}  // namespace blip
