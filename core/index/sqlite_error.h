#pragma once

#include <filesystem>
#include <string>

namespace blip {

// What SQLite said when it refused something.
struct SqliteFailure {
  int code = 0;          // extended result code
  int system_error = 0;  // errno of the last call to the system, 0 = none
  std::string message;   // sqlite3_errmsg
  int lock_timeout = 0;  // milliseconds that were waited for a lock
};

// Throws what the user can act on: Error(kFailed) for a full disk, a read-only or a locked file, Error(kInvalidData)
// for a damaged one or one of another kind. std::bad_alloc when memory ran out.
[[noreturn]] void throw_sqlite_error(const std::filesystem::path& file, const SqliteFailure& failure);

}  // namespace blip
