#include "pipelines/watching/watch_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::HasSubstr;

std::string problem(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(WatchQuery, IsOneTrimmedLine) {
  EXPECT_EQ(make_watch_query("  a red car\r\n").text, "a red car");
  EXPECT_EQ(make_watch_query("red; fast\ncar").text, "red, fast car");
  EXPECT_FALSE(make_watch_query("a t-shirt").negative);
}

TEST(WatchQuery, AMinusMakesItNegative) {
  const WatchQuery query = make_watch_query("- a toy car");
  EXPECT_TRUE(query.negative);
  EXPECT_EQ(query.text, "a toy car");
}

TEST(WatchQuery, RefusesTextsThatSayNothing) {
  for (const char* text : {"", " \t", "-", "; ;", "--"})
    EXPECT_THAT(problem([&] { make_watch_query(text); }), HasSubstr("is empty")) << text;
  EXPECT_THAT(problem([] { make_watch_query("caf\xe9"); }), HasSubstr("not UTF-8"));
}

TEST(WatchQuery, AreReadFromAFileALineEach) {
  const test::TempDir directory;
  std::ofstream(directory / "q.txt") << "# what to look for\n\na red car\r\n  -a toy car\n\nun caf\xc3\xa9\n";
  const auto queries = read_watch_queries(directory / "q.txt");
  ASSERT_EQ(queries.size(), 3u);
  EXPECT_EQ(queries[0].text, "a red car");
  EXPECT_TRUE(queries[1].negative);
  EXPECT_EQ(queries[2].text, "un caf\xc3\xa9");
}

TEST(WatchQuery, NamesAFileThatHoldsNone) {
  const test::TempDir directory;
  const std::string empty = directory / "empty.txt", latin = directory / "latin.txt";
  std::ofstream(empty) << "# nothing\n\n";
  std::ofstream(latin) << "one\ncaf\xe9\n";
  EXPECT_THAT(problem([&] { read_watch_queries(empty); }), AllOf(HasSubstr("empty.txt"), HasSubstr("no text")));
  EXPECT_THAT(problem([&] { read_watch_queries(latin); }), AllOf(HasSubstr("line 2"), HasSubstr("UTF-8")));
  EXPECT_THAT(problem([&] { read_watch_queries(directory / "none.txt"); }), HasSubstr("none.txt"));
  EXPECT_THAT(problem([&] { read_watch_queries(std::string(directory / ".")); }), HasSubstr("cannot read"));
}

TEST(WatchQuery, MustBeMatchableAndDifferent) {
  EXPECT_THAT(problem([] { check_watch_queries({}); }), HasSubstr("nothing is watched for"));
  EXPECT_THAT(problem([] { check_watch_queries({make_watch_query("-a")}); }), HasSubstr("nothing is watched for"));
  EXPECT_THAT(problem([] {
                check_watch_queries({make_watch_query("a"), make_watch_query("-a")});
              }),
              HasSubstr("'a' is watched for twice"));
  WatchQuery bad = make_watch_query("a");
  bad.threshold = 1.5;
  EXPECT_THAT(problem([&] { check_watch_queries({bad}); }), HasSubstr("1.5; expected 0 to 1"));
  EXPECT_EQ(problem([] { check_watch_queries({make_watch_query("a"), make_watch_query("-b")}); }), "");
}

}  // namespace
}  // namespace blip
