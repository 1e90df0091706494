#include "pipelines/searching/video_candidates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blip {
namespace {

using testing::ElementsAre;

std::vector<SegmentRow> rows(const std::vector<std::int64_t>& starts) {
  std::vector<SegmentRow> made;
  for (const std::int64_t start : starts) {
    SegmentRow row;
    row.id = start;
    row.start = start;
    made.push_back(row);
  }
  return made;
}

std::vector<SegmentId> chosen(const std::vector<std::int64_t>& starts, std::int64_t duration, std::size_t count) {
  std::vector<SegmentId> ids;
  for (const SegmentRow& row : uniform_segments(rows(starts), duration, count)) ids.push_back(row.id);
  return ids;
}

TEST(VideoCandidates, ALongSegmentStandsForItsShareOfTheVideo) {
  EXPECT_THAT(chosen({0, 60, 70}, 80, 8), ElementsAre(0, 0, 0, 0, 0, 0, 60, 70));
}

TEST(VideoCandidates, ShortOnesBetweenTheMomentsAreLeftOut) {
  EXPECT_THAT(chosen({0, 1, 2, 40, 41}, 80, 2), ElementsAre(0, 40));
}

TEST(VideoCandidates, WhatIsShownBeforeTheFirstIsTheFirst) {
  EXPECT_THAT(chosen({30}, 80, 3), ElementsAre(30, 30, 30));
}

}  // namespace
}  // namespace blip
