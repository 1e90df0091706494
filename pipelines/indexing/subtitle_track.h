#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/text/subtitles.h"

namespace blip {

// What is said in a video, from the subtitle file beside it: NAME.srt, else NAME.vtt.
class SubtitleTrack {
 public:
  SubtitleTrack() = default;  // nothing is said
  // A file that cannot be read, or parts of it, are warnings.
  static SubtitleTrack beside(const std::filesystem::path& video);

  // The cues that are shown at some time of [start, end) nanoseconds, joined by blanks; of equal ones in a row, one.
  std::string text(std::int64_t start, std::int64_t end) const;

  const std::string& hash() const { return hash_; }  // of the file's bytes; empty: there is none
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  std::vector<SubtitleCue> cues_;  // by start
  std::string hash_;
  std::vector<std::string> warnings_;
};

}  // namespace blip
