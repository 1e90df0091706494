#include "core/index/sqlite_error.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "core/base/error.h"

namespace blip {
namespace {

std::string seconds_text(int milliseconds) {
  std::string text = std::to_string(milliseconds / 1000);
  if (milliseconds % 1000 != 0) text += "." + std::to_string(milliseconds % 1000 / 100);
  return text + " s";
}

std::string reason_of(const SqliteFailure& failure) {
  if (failure.system_error == 0) return failure.message;
  return failure.message + ", " + std::strerror(failure.system_error);
}

}  // namespace

void throw_sqlite_error(const std::filesystem::path& file, const SqliteFailure& failure) {
  const std::string name = "'" + file.string() + "'";
  const auto fail = [](const std::string& message) { throw Error(ErrorKind::kFailed, message); };
  // Also when it is the log's shared memory for which there is no room.
  const bool full = failure.system_error == ENOSPC || failure.system_error == EDQUOT;
  const int code = failure.code & 0xff;
  switch (full && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN) ? SQLITE_FULL : code) {
    case SQLITE_NOMEM:
      throw std::bad_alloc();
    case SQLITE_FULL:
      fail("cannot write index " + name + ": the disk is full; what was stored before is kept, make room and go on");
      break;
    case SQLITE_READONLY:
      fail("cannot write index " + name + ": the file or its folder is read-only");
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      fail("index " + name + " is locked: another program has kept its lock for more than " +
           seconds_text(failure.lock_timeout) + "; close that program and try again");
      break;
    case SQLITE_NOTADB:
      throw Error(ErrorKind::kInvalidData,
                  name + " is not an index: an SQLite database was expected; name another file with --index");
    case SQLITE_CORRUPT:
      throw Error(ErrorKind::kInvalidData, "index " + name + " is damaged (" + failure.message +
                                               "): 'gst-blip index verify' says where; put a copy back, or remove it "
                                               "and index the videos again");
    case SQLITE_CANTOPEN:
      fail("cannot open index " + name + ": " + reason_of(failure));
      break;
    case SQLITE_IOERR:
      fail("cannot read or write index " + name + ": " + reason_of(failure) + " (SQLite error " +
           std::to_string(failure.code) + ")");
      break;
    default:
      break;
  }
  throw Error(ErrorKind::kFailed,
              "index " + name + ": " + failure.message + " (SQLite error " + std::to_string(failure.code) + ")");
}

}  // namespace blip
