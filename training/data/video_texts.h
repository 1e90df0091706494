#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "training/data/item_texts.h"

namespace blip {

// A span of a video and what is said of it.
struct TextSegment {
  double start = 0, end = 0;  // seconds of stream time; start < end
  ItemTexts texts;
};

struct TextedVideo {
  std::filesystem::path file;
  std::vector<TextSegment> segments;  // at least one
};

struct TextedVideos {
  std::vector<TextedVideo> videos;
  std::vector<std::string> warnings;  // what was left out, a line each
};

// By its name's ending: .mp4, .mkv, .webm, ….
bool is_video_file(const std::filesystem::path& path);

// Videos with texts, found by `path`:
//  - annotations.json: {"clips": [{"file", "shots": [{"start", "end", "captions", "questions", …}]}]}, files relative
//  to it;
//  - a video with NAME.json ([{"start", "end", "text" or "captions", "questions"}]), NAME.vtt or NAME.srt beside it,
//  the
//    first that is there;
//  - a folder of such videos, or with an annotations.json in it.
// With `whole_clips` a clip of annotations.json is one segment with its own "caption" instead of its shots' texts.
// Files are not opened as videos. Throws Error(kNotFound, kInvalidData) naming file and entry: a wrong type, a missing
// field, a segment that does not end after its start, a text that is empty or not UTF-8, a clip listed twice, nothing
// found; and kInvalidArgument for `whole_clips` without an annotations.json. Bad cues of subtitles are warnings.
TextedVideos find_texted_videos(const std::filesystem::path& path, bool whole_clips = false);

}  // namespace blip
