#include "pipelines/matching/match_spans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

MatchRecord at(std::int64_t start, std::int64_t end, std::vector<TextScore> scores) {
  MatchRecord record;
  record.start = start;
  record.end = end;
  record.scores = std::move(scores);
  return record;
}

std::string told(const MatchSpan& span) {
  return span.text + " " + std::to_string(span.start) + "-" + std::to_string(span.end);
}

std::vector<std::string> told(const std::vector<MatchSpan>& spans) {
  std::vector<std::string> all;
  for (const MatchSpan& span : spans) all.push_back(told(span));
  return all;
}

TEST(MatchSpans, JoinsPicturesThatFollowEachOther) {
  MatchSpans spans;
  EXPECT_THAT(spans.add(at(0, 10, {{"a", 0.2, false}})), IsEmpty());
  EXPECT_THAT(spans.add(at(10, 20, {{"a", 0.6, true}})), IsEmpty());
  EXPECT_THAT(spans.add(at(20, 30, {{"a", 0.9, true}})), IsEmpty());
  EXPECT_THAT(spans.add(at(30, 40, {{"a", 0.45, true}})), IsEmpty());
  const auto found = spans.add(at(40, 50, {{"a", 0.3, false}}));
  ASSERT_THAT(told(found), ElementsAre("a 10-40"));
  EXPECT_DOUBLE_EQ(found[0].best, 0.9);
  EXPECT_DOUBLE_EQ(found[0].mean, 0.65);
  EXPECT_THAT(spans.finish(), IsEmpty());
}

TEST(MatchSpans, EndsWithTheSource) {
  MatchSpans spans;
  spans.add(at(0, 10, {{"a", 0.6, true}}));
  EXPECT_THAT(told(spans.finish()), ElementsAre("a 0-10"));
  EXPECT_THAT(spans.finish(), IsEmpty());
}

TEST(MatchSpans, EndsWhereATextIsNotAmongTheScoresAnyMore) {
  MatchSpans spans;
  spans.add(at(0, 10, {{"a", 0.6, true}}));
  EXPECT_THAT(told(spans.add(at(10, 20, {}))), ElementsAre("a 0-10"));
}

TEST(MatchSpans, ComeInTheOrderOfTheirStart) {
  MatchSpans spans;
  spans.add(at(0, 10, {{"long", 0.6, true}}));
  spans.add(at(10, 20, {{"long", 0.6, true}, {"short", 0.6, true}}));
  EXPECT_THAT(spans.add(at(20, 30, {{"long", 0.6, true}})), IsEmpty()) << "the long one began earlier";
  EXPECT_THAT(told(spans.add(at(30, 40, {}))), ElementsAre("long 0-30", "short 10-20"));
}

TEST(MatchSpans, OfOverlappingWindowsDoNotOverlap) {
  MatchSpans spans;
  spans.add(at(0, 10, {{"a", 0.6, true}}));
  EXPECT_THAT(told(spans.add(at(5, 15, {{"a", 0.1, false}}))), ElementsAre("a 0-5"));
}

TEST(MatchSpans, LastOverAGapBetweenPictures) {
  MatchSpans spans;
  spans.add(at(0, 10, {{"a", 0.6, true}}));
  spans.add(at(50, 60, {{"a", 0.6, true}}));
  EXPECT_THAT(told(spans.finish()), ElementsAre("a 0-60"));
}

}  // namespace
}  // namespace blip
