#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace blip {

struct TextScore {
  std::string text;
  double probability = 0;
  bool matched = false;  // by the element's thresholds, and no negative text is likelier
};

// What blipfilter said of one picture or window.
struct MatchRecord {
  std::int64_t start = 0, end = 0;  // nanoseconds of stream time
  std::string matched;              // the texts that match, joined by ", "
  std::vector<TextScore> scores;
  std::string scores_json;  // as the element sent them
};

// Reads one JSON record of blipfilter's text pad. Throws Error(kInvalidData) when a field is missing or of another
// type.
MatchRecord parse_match_record(std::string_view json);

}  // namespace blip
