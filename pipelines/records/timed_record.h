#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace blip {

// What was found in a source and when it holds. A still picture has start = end = 0.
struct TimedRecord {
  std::string source;      // the file, as the user named it
  bool timeless = false;   // for people: said of the whole source, so that its times say nothing
  std::int64_t start = 0;  // nanoseconds of stream time
  std::int64_t end = 0;    // nanoseconds of stream time, exclusive
  std::string text;
  std::string remark;                                        // for people: follows the text in brackets
  std::vector<std::pair<std::string, std::string>> details;  // for programs: further members, name and value as JSON
};

}  // namespace blip
