#pragma once

#include <cstdint>
#include <filesystem>

#include "core/index/sqlite_database.h"

namespace blip {

// As IndexWriter::merge(): a transaction a video, in the order of their paths, so that the result depends on the two
// indexes alone and a merge that was interrupted goes on where it was.
std::int64_t merge_index(SqliteDatabase& into, const std::filesystem::path& other);

}  // namespace blip
