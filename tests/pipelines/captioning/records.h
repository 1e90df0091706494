#pragma once

#include <string>

#include "pipelines/captioning/caption_record.h"

namespace blip::test {

// A record of "talk.mp4"; times in milliseconds.
inline CaptionRecord video_record(std::int64_t start_ms, std::int64_t end_ms, const std::string& text) {
  CaptionRecord record;
  record.source = "talk.mp4";
  record.start = start_ms * 1'000'000;
  record.end = end_ms * 1'000'000;
  record.text = text;
  record.score = -0.5;
  record.confidence = 0.75;
  record.token_ids = {188, 47, 3};
  return record;
}

inline CaptionRecord still_record(const std::string& text) {
  CaptionRecord record = video_record(0, 0, text);
  record.source = "photo.jpg";
  record.still = true;
  return record;
}

}  // namespace blip::test
