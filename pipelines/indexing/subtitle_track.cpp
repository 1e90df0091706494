#include "pipelines/indexing/subtitle_track.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/index/file_hash.h"

namespace blip {

SubtitleTrack SubtitleTrack::beside(const std::filesystem::path& video) {
  SubtitleTrack track;
  for (const char* extension : {".srt", ".vtt"}) {
    std::filesystem::path file = video;
    file.replace_extension(extension);
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) continue;
    try {
      track.hash_ = file_hash(file);
      Subtitles subtitles = read_subtitles(file);
      track.cues_ = std::move(subtitles.cues);
      track.warnings_ = std::move(subtitles.warnings);
    } catch (const Error& error) {
      track.warnings_.emplace_back(error.what());
    }
    break;
  }
  std::stable_sort(track.cues_.begin(), track.cues_.end(),
                   [](const SubtitleCue& a, const SubtitleCue& b) { return a.start < b.start; });
  return track;
}

std::string SubtitleTrack::text(std::int64_t start, std::int64_t end) const {
  constexpr double kNanoseconds = 1e9;
  const double from = static_cast<double>(start) / kNanoseconds, to = static_cast<double>(end) / kNanoseconds;
  std::string text;
  const std::string* last = nullptr;
  for (const SubtitleCue& cue : cues_) {
    if (cue.start >= to) break;
    if (cue.end <= from || (last != nullptr && *last == cue.text)) continue;
    text += (text.empty() ? "" : " ") + cue.text;
    last = &cue.text;
  }
  return text;
}

}  // namespace blip
