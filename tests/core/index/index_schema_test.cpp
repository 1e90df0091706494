#include "core/index/index_schema.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/index/index_lock.h"
#include "core/index/standing_queries.h"
#include "tests/core/index/index_support.h"

namespace blip {
namespace {

using test::error_of;
using test::TempDir;
using ::testing::HasSubstr;
using Access = SqliteDatabase::Access;

class IndexSchemaTest : public ::testing::Test {
 protected:
  // An index of schema 1, as it would have been written: with a video, and without standing queries.
  void write_schema_1() {
    {
      IndexWriter writer(index);
      writer.set_models(test::models_named("model"));
      test::add_video(writer, "/videos/a.mp4", "hash", 3, "a red circle");
    }
    SqliteDatabase(index, Access::kWrite).execute("DROP TABLE standing_queries; PRAGMA user_version = 1");
  }
  std::int64_t version() const { return SqliteDatabase(index, Access::kRead).value("PRAGMA user_version"); }

  TempDir dir;
  std::filesystem::path index = dir / "index.db";
};

TEST_F(IndexSchemaTest, ANewIndexHasTheNewestSchema) {
  open_index(index);
  EXPECT_EQ(version(), kIndexSchema);
  SqliteDatabase database(index, Access::kRead);
  EXPECT_EQ(database.value("PRAGMA application_id"), 0x424c4958);
  expect_index(database);
  open_index(index);
  EXPECT_EQ(IndexReader(index).status().schema, kIndexSchema);
}

TEST_F(IndexSchemaTest, AnOlderOneIsBroughtUpToDateWithWhatIsInIt) {
  write_schema_1();
  { const IndexWriter writer(index); }
  EXPECT_EQ(version(), kIndexSchema);
  const IndexReader reader(index);
  EXPECT_EQ(reader.segments(reader.videos().at(0).id).size(), 3U);
  EXPECT_EQ(reader.find_words("circle", 10).size(), 3U);
  EXPECT_THAT(reader.verify(true).problems, ::testing::IsEmpty());
  EXPECT_EQ(StandingQueries(index).add({0, "a red car", 0.5, ""}), 1);
}

TEST_F(IndexSchemaTest, AReaderBringsAnOlderOneUpToDateUnlessSomebodyWrites) {
  write_schema_1();
  {
    const IndexLock lock(index);
    EXPECT_THAT(error_of([&] { IndexReader reader(index); }, ErrorKind::kUnsupported),
                ::testing::AllOf(HasSubstr("older schema 1"), HasSubstr("is writing it")));
    EXPECT_EQ(version(), 1);
  }
  EXPECT_EQ(IndexReader(index).status().segments, 3);
  EXPECT_EQ(version(), kIndexSchema);
}

TEST_F(IndexSchemaTest, AStepThatFailsChangesNothing) {
  write_schema_1();
  SqliteDatabase(index, Access::kWrite).execute("CREATE TABLE standing_queries(in_the_way)");
  EXPECT_THAT(error_of([&] { IndexWriter writer(index); }, ErrorKind::kFailed), HasSubstr("standing_queries"));
  EXPECT_EQ(version(), 1);
}

TEST_F(IndexSchemaTest, ANewerOneIsLeftAlone) {
  open_index(index);
  SqliteDatabase(index, Access::kWrite).execute("PRAGMA user_version = 99");
  EXPECT_THAT(error_of([&] { IndexWriter writer(index); }, ErrorKind::kUnsupported), HasSubstr("schema 99"));
  EXPECT_THAT(error_of([&] { IndexReader reader(index); }, ErrorKind::kUnsupported), HasSubstr("schema 99"));
  EXPECT_EQ(version(), 99);
}

TEST_F(IndexSchemaTest, AnotherProgramsDatabaseIsLeftAlone) {
  SqliteDatabase(index, Access::kCreate).execute("CREATE TABLE bookmarks(url)");
  EXPECT_THAT(error_of([&] { IndexWriter writer(index); }, ErrorKind::kInvalidData), HasSubstr("another program"));
  EXPECT_THAT(error_of([&] { IndexReader reader(index); }, ErrorKind::kInvalidData), HasSubstr("another program"));
  EXPECT_EQ(SqliteDatabase(index, Access::kRead).value("SELECT count(*) FROM sqlite_schema"), 1);
  auto mode = SqliteDatabase(index, Access::kRead);
  auto row = mode.prepare("PRAGMA journal_mode");
  row.step();
  EXPECT_EQ(row.text(0), "delete");
}

TEST_F(IndexSchemaTest, AnEmptyFileIsAnIndexThatIsNotFilledYet) {
  std::ofstream(index).close();
  EXPECT_THAT(error_of([&] { IndexReader reader(index); }, ErrorKind::kNotFound), HasSubstr("index add"));
  { const IndexWriter writer(index); }
  EXPECT_EQ(IndexReader(index).status().videos, 0);
}

}  // namespace
}  // namespace blip
