#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/indexing/index_options.h"
#include "pipelines/options/model_settings.h"
#include "pipelines/searching/search_request.h"

namespace blip {

enum class HitFormat { kText, kJson, kSrt, kVtt, kOtio, kEdl, kChapters };

// What "gst-blip search" was asked for. Defaults live here and in SearchRequest.
struct SearchSettings : IndexSettings, ModelSettings {
  std::vector<std::string> query;     // the words of one text
  std::vector<std::string> unwanted;  // "TEXT" or "WEIGHT:TEXT", as `more`
  std::vector<std::string> more;
  std::string image;   // a JPEG or PNG file
  std::string like;    // "VIDEO@TIME"
  SearchRequest base;  // all that needs neither the index nor a file
  bool explain = false;
  std::optional<HitFormat> format;  // unset = by the output's name, else text
  std::string output;               // empty = stdout
  double fps = 25;                  // of edit lists

  HitFormat hit_format() const;
  // `base` with the texts, and the picture. Throws UsageError when nothing is asked for, Error when the picture cannot
  // be read. `like` is left to who has the index.
  SearchRequest request() const;
};

// "2:red circle" is a weight and a text, "red circle" a text with weight 1. Throws UsageError for a weight that is not
// above 0, and for an empty text.
WeightedText parse_weighted_text(const std::string& text);

// "talk.mp4@1:05" as video and nanoseconds. Throws UsageError.
struct VideoMoment {
  std::string video;
  std::int64_t time = 0;
};
VideoMoment parse_video_moment(const std::string& text);

// A moment in a video: "1:02:03.5", "1:05" or a duration ("65", "65s", "2min"). Nothing for another text.
std::optional<std::int64_t> parse_moment(const std::string& text);

// "2026-05-01", "2026-05-01 14:30" or "2026-05-01T14:30:10", local time: the first second since 1970 that it means, and
// the first one after it. Nothing for another text or a day that is none.
struct DateSpan {
  std::int64_t begin = 0, end = 0;
};
std::optional<DateSpan> parse_date(const std::string& text);

// "text", "json", "srt", "vtt", "otio", "edl", "chapters"; nothing for another word.
std::optional<HitFormat> parse_hit_format(const std::string& name);

}  // namespace blip
