#pragma once

#include <cstdint>
#include <string>

#include "pipelines/indexing/index_run.h"

namespace blip {

// The counts of a run. They add up: every video that was asked for is one of the five.
struct IndexingCounts {
  std::int64_t videos = 0;  // asked for
  std::int64_t indexed = 0, unchanged = 0, moved = 0, failed = 0, interrupted = 0;
  std::int64_t segments = 0, repeats = 0;  // stored, skipped by this run
  std::int64_t duration = 0;               // nanoseconds of video that were looked at

  void add(const VideoOutcome& outcome);
  std::int64_t done() const { return indexed + unchanged + moved + failed + interrupted; }
};

// "12 videos: 9 indexed, 2 unchanged, 1 failed; 214 segments, 31 repeated frames skipped".
std::string summary_text(const IndexingCounts& counts);

// "3/12 videos, a.mp4 0:54 of 2:00 (and 1 more), 23x real time, ETA 1:06". `elapsed`: nanoseconds.
std::string indexing_progress(const IndexingCounts& counts, const std::vector<VideoPosition>& current,
                              std::int64_t elapsed);

// One line for programs: path, state, and what belongs to it.
std::string outcome_json(const VideoOutcome& outcome);

}  // namespace blip
