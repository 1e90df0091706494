#include "core/index/sqlite_database.h"

#include <sqlite3.h>

#include <cctype>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/index/sqlite_error.h"

namespace blip {
namespace {

// "file:" URI of a path: what a URI gives a meaning is escaped.
std::string uri_of(const std::filesystem::path& file) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '/' || c == '.' || c == '-' || c == '_') {
      uri += c;
    } else {
      uri += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return uri;
}

bool has_log(const std::filesystem::path& file) {
  std::error_code none;
  const auto size = std::filesystem::file_size(file.string() + "-wal", none);
  return !none && size > 0;
}

}  // namespace

SqliteStatement::SqliteStatement(SqliteDatabase& database, sqlite3_stmt* statement, std::vector<sqlite3_stmt*>& home)
    : database_(&database), statement_(statement), home_(&home) {}

SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)), home_(other.home_) {}

SqliteStatement::~SqliteStatement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  home_->push_back(statement_);
}

void SqliteStatement::check(int code) const {
  if (code != SQLITE_OK) database_->fail(code);
}

void SqliteStatement::bind_one(int index, std::int64_t value) {
  check(sqlite3_bind_int64(statement_, index, value));
}

void SqliteStatement::bind_one(int index, double value) {
  check(sqlite3_bind_double(statement_, index, value));
}

void SqliteStatement::bind_one(int index, std::string_view value) {
  const char* text = value.data() != nullptr ? value.data() : "";
  check(sqlite3_bind_text64(statement_, index, text, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void SqliteStatement::bind_one(int index, std::span<const std::byte> value) {
  if (value.empty()) return check(sqlite3_bind_zeroblob(statement_, index, 0));
  check(sqlite3_bind_blob64(statement_, index, value.data(), value.size(), SQLITE_STATIC));
}

void SqliteStatement::bind_one(int index, std::nullptr_t) {
  check(sqlite3_bind_null(statement_, index));
}

bool SqliteStatement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_->fail(code);
  return false;
}

SqliteStatement::Step SqliteStatement::try_step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ERROR) return Step::kRefused;
  if (code != SQLITE_ROW && code != SQLITE_DONE) database_->fail(code);
  return code == SQLITE_ROW ? Step::kRow : Step::kDone;
}

void SqliteStatement::run() {
  while (step()) {
  }
  sqlite3_reset(statement_);
}

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double SqliteStatement::real(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string SqliteStatement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::span<const std::byte> SqliteStatement::bytes(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool SqliteStatement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

SqliteDatabase::SqliteDatabase(const std::filesystem::path& file, Access access, std::chrono::milliseconds lock_timeout)
    : file_(file), lock_timeout_(lock_timeout) {
  int code = open(access, false);
  const int primary = code & 0xff;
  if (access == Access::kRead && (primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY) && !has_log(file)) {
    close();
    code = open(access, true);
  }
  if (code == SQLITE_OK && access != Access::kRead && sqlite3_db_readonly(handle_, "main") == 1) code = SQLITE_READONLY;
  if (code == SQLITE_OK) return;
  SqliteFailure failure{code, 0, sqlite3_errstr(code), static_cast<int>(lock_timeout.count())};
  if (handle_ != nullptr) {
    failure.system_error = sqlite3_system_errno(handle_);
    if (sqlite3_extended_errcode(handle_) == code) failure.message = sqlite3_errmsg(handle_);
  }
  close();
  throw_sqlite_error(file_, failure);
}

SqliteDatabase::~SqliteDatabase() {
  close();
}

// Opens and reads a first page: SQLite says only then whether it can.
int SqliteDatabase::open(Access access, bool immutable) {
  int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= access == Access::kRead ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (access == Access::kCreate) flags |= SQLITE_OPEN_CREATE;
  const std::string uri = uri_of(file_);
  read_uri_ = uri + (immutable ? "?mode=ro&immutable=1" : "?mode=ro");
  int code = sqlite3_open_v2((access == Access::kRead ? read_uri_ : uri).c_str(), &handle_, flags, nullptr);
  if (code != SQLITE_OK) return code;
  sqlite3_busy_timeout(handle_, static_cast<int>(lock_timeout_.count()));
  code = sqlite3_exec(handle_, "PRAGMA foreign_keys = ON; PRAGMA schema_version", nullptr, nullptr, nullptr);
  return code;
}

void SqliteDatabase::close() noexcept {
  for (auto& [sql, statements] : statements_)
    for (sqlite3_stmt* statement : statements.idle) sqlite3_finalize(statement);
  statements_.clear();
  sqlite3_close(std::exchange(handle_, nullptr));
}

void SqliteDatabase::fail(int code) const {
  throw_sqlite_error(
      file_, {code, sqlite3_system_errno(handle_), sqlite3_errmsg(handle_), static_cast<int>(lock_timeout_.count())});
}

void SqliteDatabase::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

SqliteStatement SqliteDatabase::prepare(std::string_view sql) {
  Statements& statements = statements_[std::string(sql)];
  if (!statements.idle.empty()) {
    sqlite3_stmt* statement = statements.idle.back();
    statements.idle.pop_back();
    return {*this, statement, statements.idle};
  }
  statements.idle.reserve(statements.made + 1);
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) fail(code);
  ++statements.made;
  return {*this, statement, statements.idle};
}

std::int64_t SqliteDatabase::value(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement.step())
    throw Error(ErrorKind::kInvalidData, "index '" + file_.string() + "' is damaged: a row is lacking");
  return statement.integer(0);
}

std::int64_t SqliteDatabase::last_insert_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

std::int64_t SqliteDatabase::changes() const {
  return sqlite3_changes64(handle_);
}

bool SqliteDatabase::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

SqliteTransaction::SqliteTransaction(SqliteDatabase& database, Kind kind) : database_(&database) {
  database.execute(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
  if (kind == Kind::kRead) database.value("SELECT count(*) FROM (SELECT 1 FROM sqlite_schema LIMIT 1)");
}

SqliteTransaction::~SqliteTransaction() {
  if (database_->in_transaction()) sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void SqliteTransaction::commit() {
  database_->execute("COMMIT");
}

}  // namespace blip
