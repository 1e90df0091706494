#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/index/index_reader.h"

namespace blip {

// Which segments a search looks at. Everything empty or at its default: all.
struct SearchFilter {
  std::vector<std::string> paths;  // glob patterns on the whole path or its end; one must fit
  std::vector<VideoId> videos;     // one of these
  std::int64_t from = 0;           // nanoseconds in the video: segments that end after it …
  std::int64_t to = std::numeric_limits<std::int64_t>::max();     // … and begin before this
  std::int64_t since = std::numeric_limits<std::int64_t>::min();  // date of the video (its modification), seconds
  std::int64_t until = std::numeric_limits<std::int64_t>::max();
  std::int64_t shortest = 0;  // duration of the video, nanoseconds
  std::int64_t longest = std::numeric_limits<std::int64_t>::max();
  bool empty() const;
};

// The same for rows of the scan: answered without the database.
struct RowFilter {
  bool all_videos = true;
  std::vector<VideoId> videos;  // sorted; looked at when not all_videos
  std::int64_t from = 0;
  std::int64_t to = std::numeric_limits<std::int64_t>::max();
};

RowFilter resolve_filter(const IndexReader& index, const SearchFilter& filter);
bool accepts(const RowFilter& filter, VideoId video, std::int64_t start, std::int64_t end);

}  // namespace blip
