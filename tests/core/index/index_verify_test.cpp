#include "core/index/index_verify.h"

#include <gtest/gtest.h>

#include "core/index/sqlite_database.h"
#include "tests/core/index/index_support.h"

namespace blip {
namespace {

using test::TempDir;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class IndexVerifyTest : public ::testing::Test {
 protected:
  IndexVerifyTest() {
    IndexWriter writer(index);
    writer.set_models(test::models_named("model"));
    test::add_video(writer, "/videos/a.mp4", "1", 3);
    const VideoWork work = writer.begin_video(test::video_file("/videos/b.mp4", "2"), "recipe");
    Segment segment = test::segment_number(0);
    segment.features = StoredFeatures{2, 2, {1, 2, 3, 4}};
    writer.add_segment(work, 0, segment);
    writer.begin_video(test::video_file("/videos/a.mp4", "3"), "recipe");
  }
  // What is found after this damage.
  std::vector<std::string> findings(const std::string& damage) const {
    // Constraints and triggers would keep the damage out.
    SqliteDatabase(index, SqliteDatabase::Access::kWrite)
        .execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; " + damage);
    return IndexReader(index).verify(true).problems;
  }

  TempDir dir;
  std::filesystem::path index = dir / "index.db";
};

TEST_F(IndexVerifyTest, FindsNothingInASoundIndex) {
  const IndexFindings all = IndexReader(index).verify(true);
  EXPECT_THAT(all.problems, IsEmpty());
  EXPECT_EQ(all.videos, 2);
  EXPECT_EQ(all.segments, 4);
  EXPECT_THAT(IndexReader(index).verify(false).problems, IsEmpty());
}

TEST_F(IndexVerifyTest, FindsDamagedEmbeddings) {
  EXPECT_THAT(findings("UPDATE segments SET embedding = x'0102' WHERE id = 2"),
              Contains(AllOf(HasSubstr("segment 2 of '/videos/a.mp4'"), HasSubstr("2 bytes, 16 are expected"))));
  EXPECT_THAT(findings("UPDATE segments SET embedding = zeroblob(16) WHERE id = 3"),
              Contains(AllOf(HasSubstr("segment 3"), HasSubstr("length 0"))));
  const std::string not_a_number = "x'" + std::string("007e") + std::string(28, '0') + "'";
  EXPECT_THAT(findings("UPDATE segments SET embedding = " + not_a_number + " WHERE id = 4"),
              Contains(AllOf(HasSubstr("segment 4"), HasSubstr("nan"))));
}

TEST_F(IndexVerifyTest, FindsTimesThatCannotBe) {
  EXPECT_THAT(findings("UPDATE segments SET end_time = start_time - 1 WHERE id = 2"),
              Contains(HasSubstr("ends before it begins")));
  EXPECT_THAT(findings("UPDATE segments SET start_time = -1 WHERE id = 3"),
              Contains(HasSubstr("before the one before")));
}

TEST_F(IndexVerifyTest, FindsGapsAndWrongCounts) {
  EXPECT_THAT(findings("UPDATE generations SET captions = 7 WHERE id = 1"),
              Contains(AllOf(HasSubstr("3 captions are there"), HasSubstr("7 were counted"))));
  EXPECT_THAT(findings("DELETE FROM thumbnails WHERE segment = 1"), Contains(HasSubstr("2 thumbnails are there")));
  EXPECT_THAT(findings("UPDATE segments SET ordinal = 9 WHERE id = 3"), Contains(HasSubstr("numbered from 0 to 9")));
}

TEST_F(IndexVerifyTest, FindsSegmentsThatAreHiddenOrShownWrongly) {
  EXPECT_THAT(findings("UPDATE segments SET sequence = NULL WHERE id = 2"),
              AllOf(Contains(HasSubstr("2 of 3 segments can be found")), Contains(HasSubstr("full-text index"))));
  EXPECT_THAT(findings("UPDATE place SET sequence = 1"), Contains(HasSubstr("too low")));
  EXPECT_THAT(findings("INSERT INTO removals(segment) VALUES (1)"), Contains(HasSubstr("said to be removed")));
  EXPECT_THAT(findings("UPDATE segments SET video = 2 WHERE id = 3"), Contains(HasSubstr("another video's")));
}

TEST_F(IndexVerifyTest, FindsPicturesAndFeaturesThatAreCutOff) {
  EXPECT_THAT(findings("UPDATE thumbnails SET jpeg = substr(jpeg, 1, length(jpeg) - 1) WHERE segment = 1"),
              Contains(HasSubstr("segment 1: its thumbnail")));
  EXPECT_THAT(findings("UPDATE thumbnails SET jpeg = x'' WHERE segment = 2"), Contains(HasSubstr("segment 2")));
  EXPECT_THAT(findings("UPDATE features SET tokens = 3"), Contains(HasSubstr("its features")));
}

TEST_F(IndexVerifyTest, FindsRowsThatBelongToNothing) {
  EXPECT_THAT(findings("DROP TRIGGER segment_removed; DELETE FROM segments WHERE id = 1"),
              AllOf(Contains(AllOf(HasSubstr("table thumbnails"), HasSubstr("table segments"))),
                    Contains(HasSubstr("full-text index"))));
  EXPECT_THAT(findings("UPDATE videos SET state = 2 WHERE id = 2"), Contains(HasSubstr("said to be done")));
}

TEST_F(IndexVerifyTest, FindsCaptionsThatTheFullTextIndexDoesNotHave) {
  EXPECT_THAT(findings("UPDATE segments SET caption = 'a blue circle' WHERE id = 1"),
              ::testing::ElementsAre(HasSubstr("full-text index")));
  IndexWriter(index).compact();
  EXPECT_THAT(IndexReader(index).verify(true).problems, IsEmpty());
  EXPECT_EQ(IndexReader(index).find_words("blue", 10).size(), 1U);
}

TEST_F(IndexVerifyTest, NamesTheFirstOfMany) {
  {
    IndexWriter writer(index);
    test::add_video(writer, "/videos/c.mp4", "4", 50);
  }
  const auto found = findings("UPDATE segments SET embedding = zeroblob(16)");
  EXPECT_EQ(found.size(), 11U);
  EXPECT_THAT(found.back(), HasSubstr("44 more"));
}

}  // namespace
}  // namespace blip
