#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/index/index_types.h"
#include "core/index/sqlite_database.h"

namespace blip {

// One pass over a video: the row and what belongs to it. All functions work within the caller's transaction.
struct Generation {
  std::int64_t id = 0;
  VideoId video = 0;
  std::string content_hash, recipe;
  bool finished = false;
  std::int64_t next_ordinal = 0;  // of the next segment
  std::int64_t position = 0;      // end of the last one, nanoseconds
  bool answers = false;
};

std::optional<Generation> find_generation(SqliteDatabase& database, std::int64_t id);
std::optional<Generation> answering_generation(SqliteDatabase& database, VideoId video);
// The newest one that is not finished.
std::optional<Generation> unfinished_generation(SqliteDatabase& database, VideoId video);

// It answers from now on if none does yet.
Generation begin_generation(SqliteDatabase& database, VideoId video, const std::string& content_hash,
                            const std::string& recipe);
void remove_generation(SqliteDatabase& database, std::int64_t id);

std::optional<std::int64_t> last_start(SqliteDatabase& database, const Generation& generation);  // of its last segment
// Takes a segment into the generation, as its next; the segment has been checked.
SegmentId append_segment(SqliteDatabase& database, Generation& generation, const Segment& segment);
// Removes segments with an ordinal below `ordinal`. Returns how many.
std::int64_t remove_segments_below(SqliteDatabase& database, const Generation& generation, std::int64_t ordinal);
// It is finished and answers; all others of its video are removed.
void finish_generation(SqliteDatabase& database, const Generation& generation);

}  // namespace blip
