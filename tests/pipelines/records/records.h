#pragma once

#include <string>

#include "pipelines/records/timed_record.h"

namespace blip::test {

// A record of "talk.mp4"; times in milliseconds.
inline TimedRecord video_record(std::int64_t start_ms, std::int64_t end_ms, const std::string& text) {
  TimedRecord record;
  record.source = "talk.mp4";
  record.start = start_ms * 1'000'000;
  record.end = end_ms * 1'000'000;
  record.text = text;
  record.details = {{"score", "-0.5"}, {"token_ids", "[188,47,3]"}};
  return record;
}

inline TimedRecord still_record(const std::string& text) {
  TimedRecord record = video_record(0, 0, text);
  record.source = "photo.jpg";
  record.timeless = true;
  return record;
}

}  // namespace blip::test
