#pragma once

#include <optional>
#include <string>

#include "core/index/index_types.h"
#include "core/index/index_writer.h"
#include "core/index/sqlite_database.h"

namespace blip {

// Rows of videos and models, as the writer changes them. All functions work within the caller's transaction.

// As IndexWriter::set_models().
void store_models(SqliteDatabase& database, const IndexModels& models);
std::optional<IndexModels> read_models(SqliteDatabase& database);

std::optional<VideoId> find_video(SqliteDatabase& database, const std::string& path);
VideoId add_video(SqliteDatabase& database, const VideoFile& file);  // waiting
// kDone also sets when it was done.
void set_state(SqliteDatabase& database, VideoId video, VideoState state, const std::string& error);

// As IndexWriter::begin_video().
VideoWork begin_work(SqliteDatabase& database, const VideoFile& file, const std::string& recipe, bool renew);

}  // namespace blip
