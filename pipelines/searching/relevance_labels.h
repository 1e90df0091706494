#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace blip {

// A stretch of a video that a text is true for.
struct LabelledSpan {
  std::string video;                // its path, or a unique end of it
  std::int64_t start = 0, end = 0;  // nanoseconds
};

// A text and all that it is true for; for the rest of the index it is not.
struct LabelledText {
  std::string text;
  bool whole_videos = false;  // `matches` are videos, without times
  std::vector<LabelledSpan> matches;
};

// JSON, one object a line: {"text": "a red circle", "matches": [{"video": "a.mp4", "start": 0.0, "end": 2.0}]}, or for
// texts about videos as a whole {"text": "…", "videos": ["a.mp4"]}. Throws Error naming file and line.
std::vector<LabelledText> read_labels(const std::filesystem::path& file);

}  // namespace blip
