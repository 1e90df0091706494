#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/index/sqlite_database.h"

namespace blip {

inline constexpr std::int64_t kIndexSchema = 2;  // of files that this program writes

// Opens an index for writing: makes folder and file unless they are there, brings the schema up to date, sets the log
// (WAL) and how it is kept.
std::unique_ptr<SqliteDatabase> open_index(const std::filesystem::path& index);

void make_index_folder(const std::filesystem::path& index);

// Makes the tables of an empty file, or brings those of an older schema up to date, in one transaction. Throws
// Error(kUnsupported) for a newer schema, Error(kInvalidData) for a database of another program.
void prepare_index(SqliteDatabase& database);

// Brings an older schema up to date, as a writer; does nothing else. Throws Error(kUnsupported) when it cannot.
void update_index(const std::filesystem::path& index);

// For readers: throws as prepare_index(), Error(kNotFound) for a file in which nothing is yet.
void expect_index(SqliteDatabase& database);

}  // namespace blip
