#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace blip {

// A stretch of a video that an editor is to have as a clip.
struct EditClip {
  std::string path;                 // absolute, or a URL
  std::int64_t start = 0, end = 0;  // nanoseconds of stream time
  std::int64_t duration = 0;        // of the video, nanoseconds; 0 = not known
  std::string name;                 // what is to be seen, one line
  double score = 0;
};

// The clips one after the other on a video track, as OpenTimelineIO's JSON (Timeline.1). Times are whole frames at
// `fps`.
std::string otio_of_clips(std::span<const EditClip> clips, const std::string& title, double fps);

// The same as a CMX 3600 edit list: cuts on track V, non-drop timecode, the file's name as a comment. Throws
// Error(kInvalidArgument) when there are more than 999 events, or when `fps` is no whole number, as timecode counts
// whole frames.
std::string edl_of_clips(std::span<const EditClip> clips, const std::string& title, double fps);

}  // namespace blip
