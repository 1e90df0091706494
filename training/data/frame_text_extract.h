#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "training/data/video_texts.h"

namespace blip {

struct ExtractOptions {
  std::int64_t frames = 1;  // of each segment, one in each of as many equal parts of its span
  int jpeg_quality = 90;
  std::int64_t samples_per_shard = 1000;
  std::uint64_t seed = 0;  // of the moments
  void validate() const;   // throws Error(kInvalidArgument)
};

struct ExtractReport {
  std::int64_t videos = 0, samples = 0;
  std::int64_t failed = 0;  // frames that could not be read
};

// Writes frames of the videos' segments with their texts into shards in `folder` that ShardDataset reads: KEY.jpg, and
// KEY.json with "captions", "questions", "web", "video", "time". Every video is decoded once. A video or a moment that
// cannot be read is counted and told to `report`, a line each. `progress` is called after each video. Throws what
// ShardWriter throws, and Error(kInvalidData) when no frame could be read.
ExtractReport extract_frame_texts(const TextedVideos& videos, const std::filesystem::path& folder,
                                  const ExtractOptions& options, const std::function<void(const std::string&)>& report,
                                  const std::function<void(std::int64_t videos_done)>& progress);

}  // namespace blip
