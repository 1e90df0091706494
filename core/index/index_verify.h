#pragma once

#include "core/index/index_reader.h"
#include "core/index/sqlite_database.h"

namespace blip {

// As IndexReader::verify(). Damage is what it looks for: an error of SQLite is one of the findings.
IndexFindings verify_index(SqliteDatabase& database, bool contents);

}  // namespace blip
