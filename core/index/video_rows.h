#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/index/index_types.h"
#include "core/index/sqlite_database.h"

namespace blip {

// What IndexReader says of videos.
std::vector<VideoRow> read_videos(SqliteDatabase& database);
std::optional<VideoRow> read_video(SqliteDatabase& database, VideoId id);
// As IndexReader::video_at().
std::optional<VideoRow> read_video_at(SqliteDatabase& database, const std::string& path);
// Without the size of the file.
IndexStatus read_status(SqliteDatabase& database);

}  // namespace blip
