#include "core/index/search_filter.h"

#include <fnmatch.h>

#include <algorithm>

namespace blip {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;

bool fits_path(const std::string& pattern, const std::string& path) {
  const std::string whole = pattern.ends_with('/') ? pattern + "*" : pattern;
  if (fnmatch(whole.c_str(), path.c_str(), 0) == 0) return true;
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (fnmatch(whole.c_str(), path.c_str() + slash + 1, 0) == 0) return true;
  return false;
}

// Seconds since 1970, downwards also before that.
std::int64_t seconds_of(std::int64_t nanoseconds) {
  const std::int64_t seconds = nanoseconds / kNanoseconds;
  return nanoseconds % kNanoseconds < 0 ? seconds - 1 : seconds;
}

bool fits(const SearchFilter& filter, const VideoBrief& video) {
  if (!filter.videos.empty() && std::find(filter.videos.begin(), filter.videos.end(), video.id) == filter.videos.end())
    return false;
  const std::int64_t date = seconds_of(video.modified);
  if (date < filter.since || date > filter.until) return false;
  if (video.duration < filter.shortest || video.duration > filter.longest) return false;
  return filter.paths.empty() || std::any_of(filter.paths.begin(), filter.paths.end(),
                                             [&](const auto& pattern) { return fits_path(pattern, video.path); });
}

bool chooses_videos(const SearchFilter& filter) {
  const SearchFilter all;
  return !filter.paths.empty() || !filter.videos.empty() || filter.since != all.since || filter.until != all.until ||
         filter.shortest != all.shortest || filter.longest != all.longest;
}

}  // namespace

bool SearchFilter::empty() const {
  const SearchFilter all;
  return !chooses_videos(*this) && from == all.from && to == all.to;
}

RowFilter resolve_filter(const IndexReader& index, const SearchFilter& filter) {
  RowFilter rows;
  rows.from = filter.from;
  rows.to = filter.to;
  rows.all_videos = !chooses_videos(filter);
  if (rows.all_videos) return rows;
  for (const VideoBrief& video : index.video_briefs())
    if (fits(filter, video)) rows.videos.push_back(video.id);
  std::sort(rows.videos.begin(), rows.videos.end());
  return rows;
}

bool accepts(const RowFilter& filter, VideoId video, std::int64_t start, std::int64_t end) {
  if (end <= filter.from && start < filter.from) return false;
  if (start >= filter.to) return false;
  return filter.all_videos || std::binary_search(filter.videos.begin(), filter.videos.end(), video);
}

}  // namespace blip
