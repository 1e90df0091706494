#include "core/index/standing_queries.h"

#include <gtest/gtest.h>

#include "tests/core/index/index_support.h"

namespace blip {
namespace {

using test::error_of;
using test::TempDir;
using ::testing::HasSubstr;

TEST(StandingQueries, AreKept) {
  const TempDir dir;
  std::int64_t first = 0, second = 0;
  {
    StandingQueries queries(dir / "index.db");
    EXPECT_TRUE(queries.list().empty());
    first = queries.add({0, "a red car", 0.7, "http://localhost:1234/alert"});
    second = queries.add({0, "ein grünes Dreieck", 0.5, ""});
    EXPECT_NE(first, second);
  }
  StandingQueries queries(dir / "index.db");
  const auto stored = queries.list();
  ASSERT_EQ(stored.size(), 2U);
  EXPECT_EQ(stored[0].id, first);
  EXPECT_EQ(stored[0].text, "a red car");
  EXPECT_EQ(stored[0].threshold, 0.7);
  EXPECT_EQ(stored[0].webhook, "http://localhost:1234/alert");
  EXPECT_EQ(stored[1].text, "ein grünes Dreieck");
  EXPECT_TRUE(queries.remove(second));
  EXPECT_FALSE(queries.remove(second));
  EXPECT_GT(queries.add({0, "another", 0, ""}), second);
}

TEST(StandingQueries, RefusesWhatCannotBeWatchedFor) {
  const TempDir dir;
  StandingQueries queries(dir / "index.db");
  EXPECT_THAT(error_of([&] { queries.add({0, " \n", 0.5, ""}); }, ErrorKind::kInvalidArgument), HasSubstr("text"));
  EXPECT_THAT(error_of([&] { queries.add({0, "car", 1.5, ""}); }, ErrorKind::kInvalidArgument), HasSubstr("1.5"));
  error_of([&] { queries.add({0, "car", std::nan(""), ""}); }, ErrorKind::kInvalidArgument);
  EXPECT_TRUE(queries.list().empty());
}

TEST(StandingQueries, MayBeChangedWhileAnotherOneIndexes) {
  const TempDir dir;
  IndexWriter writer(dir / "index.db");
  writer.set_models(test::models_named("model"));
  StandingQueries queries(dir / "index.db");
  const VideoWork work = writer.begin_video(test::video_file("/videos/a.mp4", "1"), "recipe");
  for (int i = 0; i < 3; ++i) {
    queries.add({0, "a red car", 0.5, ""});
    writer.add_segment(work, i, test::segment_number(i));
  }
  EXPECT_EQ(queries.list().size(), 3U);
  EXPECT_EQ(IndexReader(dir / "index.db").segments(work.video).size(), 3U);
}

}  // namespace
}  // namespace blip
