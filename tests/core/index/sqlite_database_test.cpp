#include "core/index/sqlite_database.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "tests/core/index/index_support.h"

namespace blip {
namespace {

using test::error_of;
using test::TempDir;
using ::testing::HasSubstr;
using Access = SqliteDatabase::Access;
using Kind = SqliteTransaction::Kind;

constexpr std::chrono::milliseconds kShort{20};

class SqliteDatabaseTest : public ::testing::Test {
 protected:
  TempDir dir;
  SqliteDatabase database{dir / "a.db", Access::kCreate, kShort};
};

TEST_F(SqliteDatabaseTest, BindsAndReadsEveryType) {
  database.execute("CREATE TABLE t(a, b, c, d, e, f)");
  const std::string bytes("\0\1\2", 3), text("a\0b", 3);
  database.prepare("INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
      .bind(std::int64_t{-5}, 2.5, text, std::as_bytes(std::span(bytes)), nullptr, true)
      .run();
  EXPECT_EQ(database.last_insert_id(), 1);
  auto row = database.prepare("SELECT a, b, c, d, e, f, '', x'' FROM t");
  ASSERT_TRUE(row.step());
  EXPECT_EQ(row.integer(0), -5);
  EXPECT_EQ(row.real(1), 2.5);
  EXPECT_EQ(row.text(2), text);
  EXPECT_EQ(std::memcmp(row.bytes(3).data(), bytes.data(), 3), 0);
  EXPECT_EQ(row.bytes(3).size(), 3U);
  EXPECT_TRUE(row.is_null(4));
  EXPECT_FALSE(row.is_null(5));
  EXPECT_EQ(row.integer(5), 1);
  EXPECT_EQ(row.text(6), "");
  EXPECT_TRUE(row.bytes(7).empty());
  EXPECT_FALSE(row.step());
}

TEST_F(SqliteDatabaseTest, EmptyBytesAreNotNull) {
  database.execute("CREATE TABLE t(a BLOB NOT NULL, b TEXT NOT NULL)");
  database.prepare("INSERT INTO t VALUES (?1, ?2)").bind(std::span<const std::byte>(), std::string_view()).run();
  EXPECT_EQ(database.value("SELECT count(*) FROM t WHERE length(a) = 0 AND b = ''"), 1);
}

TEST_F(SqliteDatabaseTest, TheSameTextMayBeInUseTwice) {
  database.execute("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2)");
  auto outer = database.prepare("SELECT a FROM t ORDER BY a");
  std::vector<std::int64_t> seen;
  while (outer.step()) {
    auto inner = database.prepare("SELECT a FROM t ORDER BY a");
    while (inner.step()) seen.push_back(10 * outer.integer(0) + inner.integer(0));
  }
  EXPECT_EQ(seen, (std::vector<std::int64_t>{11, 12, 21, 22}));
}

TEST_F(SqliteDatabaseTest, AStatementThatWasLeftHalfwayStartsAnew) {
  database.execute("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2)");
  for (int i = 0; i < 3; ++i) {
    auto row = database.prepare("SELECT a FROM t WHERE ?1 IS NULL ORDER BY a");
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.integer(0), 1);
  }
  EXPECT_FALSE(database.prepare("SELECT a FROM t WHERE ?1 IS NULL ORDER BY a").bind(1).step());
}

TEST_F(SqliteDatabaseTest, ATransactionThatIsNotCommittedNeverWas) {
  database.execute("CREATE TABLE t(a)");
  {
    const SqliteTransaction transaction(database, Kind::kWrite);
    database.execute("INSERT INTO t VALUES (1)");
    EXPECT_TRUE(database.in_transaction());
  }
  EXPECT_FALSE(database.in_transaction());
  EXPECT_EQ(database.value("SELECT count(*) FROM t"), 0);
  SqliteTransaction transaction(database, Kind::kWrite);
  database.execute("INSERT INTO t VALUES (1)");
  transaction.commit();
  EXPECT_EQ(database.value("SELECT count(*) FROM t"), 1);
}

TEST_F(SqliteDatabaseTest, ReadsFilesWithAnyName) {
  const TempDir folder;
  const auto file = folder / "50% of a?b#c'd&e \"ü\".db";
  SqliteDatabase(file, Access::kCreate).execute("CREATE TABLE t(a)");
  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_EQ(SqliteDatabase(file, Access::kRead).value("SELECT count(*) FROM t"), 0);
}

TEST_F(SqliteDatabaseTest, SaysWhatIsWrongWithASql) {
  EXPECT_THAT(error_of([&] { database.execute("SELECT nonsense"); }, ErrorKind::kFailed),
              ::testing::AllOf(HasSubstr("a.db"), HasSubstr("nonsense")));
  error_of([&] { database.prepare("SELECT nonsense"); }, ErrorKind::kFailed);
  database.execute("CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES (1)");
  EXPECT_THAT(error_of([&] { database.prepare("INSERT INTO t VALUES (1)").run(); }, ErrorKind::kFailed),
              HasSubstr("UNIQUE"));
}

TEST_F(SqliteDatabaseTest, SaysThatTheDiskIsFullAndGoesOnWhenThereIsRoom) {
  database.execute("CREATE TABLE t(a); PRAGMA max_page_count = 4");
  const auto fill = [&] {
    SqliteTransaction transaction(database, Kind::kWrite);
    for (int i = 0; i < 100; ++i) database.prepare("INSERT INTO t VALUES (zeroblob(1000))").run();
    transaction.commit();
  };
  EXPECT_THAT(error_of(fill, ErrorKind::kFailed), HasSubstr("the disk is full"));
  EXPECT_FALSE(database.in_transaction());
  EXPECT_EQ(database.value("SELECT count(*) FROM t"), 0);
  database.execute("PRAGMA max_page_count = 1000");
  fill();
  EXPECT_EQ(database.value("SELECT count(*) FROM t"), 100);
}

TEST_F(SqliteDatabaseTest, SaysThatAnotherProgramHasTheLock) {
  database.execute("PRAGMA journal_mode = WAL; CREATE TABLE t(a)");
  SqliteDatabase other(dir / "a.db", Access::kWrite, kShort);
  const SqliteTransaction lock(database, Kind::kWrite);
  EXPECT_THAT(error_of([&] { SqliteTransaction transaction(other, Kind::kWrite); }, ErrorKind::kFailed),
              ::testing::AllOf(HasSubstr("is locked"), HasSubstr("0.0 s")));
  EXPECT_EQ(other.value("SELECT count(*) FROM t"), 0);  // reading goes on
}

TEST_F(SqliteDatabaseTest, AReaderCannotWrite) {
  database.execute("CREATE TABLE t(a)");
  SqliteDatabase reader(dir / "a.db", Access::kRead);
  EXPECT_THAT(error_of([&] { reader.execute("INSERT INTO t VALUES (1)"); }, ErrorKind::kFailed),
              HasSubstr("read-only"));
}

TEST_F(SqliteDatabaseTest, RefusesFilesThatAreNoDatabase) {
  std::ofstream(dir / "text.txt") << std::string(5000, 'x');
  for (const Access access : {Access::kRead, Access::kWrite, Access::kCreate})
    EXPECT_THAT(error_of([&] { SqliteDatabase text(dir / "text.txt", access); }, ErrorKind::kInvalidData),
                HasSubstr("not an index"));
}

TEST_F(SqliteDatabaseTest, SaysWhyAFileCannotBeOpened) {
  EXPECT_THAT(error_of([&] { SqliteDatabase none(dir / "none.db", Access::kRead); }, ErrorKind::kFailed),
              ::testing::AllOf(HasSubstr("none.db"), HasSubstr("No such file")));
  error_of([&] { SqliteDatabase none(dir / "none.db", Access::kWrite); }, ErrorKind::kFailed);
  EXPECT_FALSE(std::filesystem::exists(dir / "none.db"));
  error_of([&] { SqliteDatabase folder(dir.path(), Access::kCreate); }, ErrorKind::kFailed);
  error_of([&] { SqliteDatabase deep(dir.path() / "no" / "folder.db", Access::kCreate); }, ErrorKind::kFailed);
}

}  // namespace
}  // namespace blip
