#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace blip {

class SqliteDatabase;

// A prepared statement, lent by the database, which gets it back for the next one who asks with the same text.
// Everything throws what throw_sqlite_error() throws.
class SqliteStatement {
 public:
  SqliteStatement(SqliteStatement&& other) noexcept;
  ~SqliteStatement();

  // Binds ?1, ?2, … in this order: integers, doubles, text, bytes, nullptr. Bytes are not copied: they have to live
  // until the statement has run; text is.
  template <class... Values>
  SqliteStatement& bind(const Values&... values) {
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }
  bool step();  // true: there is a row to be read
  void run();   // until it is done; rows are passed over
  // The same for a statement whose arguments are a language of their own, such as a full-text query.
  enum class Step { kRow, kDone, kRefused };
  Step try_step();  // kRefused: SQLite cannot make sense of it

  // Of the row; columns from 0. Text and bytes are valid until the next step.
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  std::span<const std::byte> bytes(int column) const;
  bool is_null(int column) const;

 private:
  friend class SqliteDatabase;
  SqliteStatement(SqliteDatabase& database, sqlite3_stmt* statement, std::vector<sqlite3_stmt*>& home);
  void bind_one(int index, std::int64_t value);
  void bind_one(int index, int value) { bind_one(index, std::int64_t{value}); }
  void bind_one(int index, bool value) { bind_one(index, std::int64_t{value}); }
  void bind_one(int index, double value);
  void bind_one(int index, std::string_view value);
  void bind_one(int index, const std::string& value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, const char* value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, std::span<const std::byte> value);
  void bind_one(int index, std::nullptr_t);
  void check(int code) const;

  SqliteDatabase* database_;
  sqlite3_stmt* statement_;
  std::vector<sqlite3_stmt*>* home_;  // where it goes back to
};

// One connection to an SQLite file. Not thread-safe. Everything throws what throw_sqlite_error() throws.
class SqliteDatabase {
 public:
  enum class Access {
    kRead,
    kWrite,   // the file must be there
    kCreate,  // is made if it is lacking
  };
  static constexpr std::chrono::milliseconds kLockTimeout{5000};

  // kRead on a folder that cannot be written opens the file as it is, if no log belongs to it.
  SqliteDatabase(const std::filesystem::path& file, Access access,
                 std::chrono::milliseconds lock_timeout = kLockTimeout);
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  const std::filesystem::path& file() const { return file_; }
  const std::string& read_uri() const { return read_uri_; }  // by which another connection reads the same
  void execute(const std::string& sql);                      // one or several statements
  SqliteStatement prepare(std::string_view sql);
  std::int64_t value(std::string_view sql);  // first column of the first row, which must be there
  std::int64_t last_insert_id() const;
  std::int64_t changes() const;  // rows that the last statement changed
  bool in_transaction() const;
  sqlite3* handle() const { return handle_; }
  [[noreturn]] void fail(int code) const;  // with the connection's message

 private:
  int open(Access access, bool immutable);
  void close() noexcept;

  std::filesystem::path file_;
  std::string read_uri_;
  std::chrono::milliseconds lock_timeout_;
  sqlite3* handle_ = nullptr;
  struct Statements {
    std::size_t made = 0;
    std::vector<sqlite3_stmt*> idle;  // has room for all that were made
  };
  std::unordered_map<std::string, Statements> statements_;  // by text
};

// Everything between its making and commit() happens, or nothing.
class SqliteTransaction {
 public:
  enum class Kind {
    kRead,   // sees one state of the file
    kWrite,  // takes the write lock at once
  };
  SqliteTransaction(SqliteDatabase& database, Kind kind);
  ~SqliteTransaction();  // rolls back what was not committed
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  void commit();

 private:
  SqliteDatabase* database_;
};

}  // namespace blip
