#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace blip {

// One caption and when it holds. A still picture has start = end = 0.
struct CaptionRecord {
  std::string source;                   // the file, as the user named it
  bool still = false;                   // a picture: it has no times
  std::int64_t start = 0;               // nanoseconds of stream time
  std::int64_t end = 0;                 // nanoseconds of stream time, exclusive
  std::string text;                     // without the prompt
  double score = 0;                     // the search's score; higher is better
  double confidence = 0;                // in [0, 1]
  std::vector<std::int64_t> token_ids;  // prompt included
};

// Reads one JSON record as blipcaption's text pad gives it ("start" and "end" in seconds).
// Throws Error(kInvalidData) when a field is missing or of another type.
CaptionRecord parse_caption_record(std::string_view json);

}  // namespace blip
