#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace blip {

struct SubtitleCue {
  double start = 0, end = 0;  // seconds; start < end
  std::string text;           // without tags, its lines joined by blanks
};

// What a subtitle file holds, in its order; cues may overlap. What cannot be used is left out with a line in `warnings`
// that names file and line: a time that is none, an end that is not after its start, a cue without text.
struct Subtitles {
  std::vector<SubtitleCue> cues;
  std::vector<std::string> warnings;
};

// SubRip, and WebVTT (W3C) when the text begins with "WEBVTT". A byte order mark, CR LF and CR are taken; tags such as
// <i>, <00:00:01.000> and {\an8} are removed, WebVTT's notes and styles skipped, its character references replaced.
// `name` stands for the file in messages. Throws Error(kInvalidData) for bytes that are not UTF-8.
Subtitles parse_subtitles(std::string_view text, const std::string& name);

// Throws Error(kNotFound, kFailed) too.
Subtitles read_subtitles(const std::filesystem::path& file);

}  // namespace blip
