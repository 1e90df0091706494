#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/index/index_reader.h"
#include "core/index/search_filter.h"
#include "core/index/sqlite_database.h"

namespace blip {

// As IndexReader::find_words().
std::vector<WordHit> search_words(SqliteDatabase& database, const std::string& query, std::size_t limit,
                                  const RowFilter& filter);

}  // namespace blip
