#pragma once

#include <cstdint>
#include <string>

namespace blip {

struct Progress {
  std::string source;
  std::int64_t position = 0;  // nanoseconds of stream time that were read
  std::int64_t duration = 0;  // nanoseconds; 0 = unknown
  std::int64_t elapsed = 0;   // nanoseconds of wall clock since this source began
  std::size_t number = 1;     // this source's, from 1
  std::size_t count = 1;      // of all sources
};

// "[2/3] talk.mp4 [#########-----------]  45 % 0:54 of 2:00, ETA 1:06"; without a bar and ETA while they are unknown.
std::string progress_text(const Progress& progress);

}  // namespace blip
