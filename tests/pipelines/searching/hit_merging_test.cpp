#include "pipelines/searching/hit_merging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blip {
namespace {

using testing::ElementsAre;

// Segment N of a video lies from N to N + 1 on a clock of whole numbers.
SegmentHit hit(VideoId video, std::int64_t number) {
  return {video * 100 + number, video, number * 10, number * 10 + 10};
}

std::vector<std::vector<SegmentId>> ids(const HitSpans& spans) {
  std::vector<std::vector<SegmentId>> found;
  for (const HitSpan& span : spans.spans()) {
    found.emplace_back();
    for (const SegmentHit& segment : span.segments) found.back().push_back(segment.segment);
  }
  return found;
}

TEST(HitMerging, NeighboursBecomeOneInThePlaceOfTheBest) {
  HitSpans spans(5);
  spans.add_block({hit(1, 4), hit(2, 0), hit(1, 3), hit(1, 5)});
  EXPECT_THAT(ids(spans), ElementsAre(ElementsAre(103, 104, 105), ElementsAre(200)));
  EXPECT_EQ(spans.spans()[0].start, 30);
  EXPECT_EQ(spans.spans()[0].end, 60);
  EXPECT_EQ(spans.spans()[0].best, 0U);
  EXPECT_EQ(spans.spans()[1].best, 1U);
}

TEST(HitMerging, AHitBetweenTwoSpansMakesThemOne) {
  HitSpans spans(5);
  spans.add_block({hit(1, 1), hit(1, 3), hit(1, 2)});
  EXPECT_THAT(ids(spans), ElementsAre(ElementsAre(101, 102, 103)));
}

TEST(HitMerging, TheGapMustBeShorter) {
  HitSpans ten(10), eleven(11);
  ten.add_block({hit(1, 1), hit(1, 3)});
  eleven.add_block({hit(1, 1), hit(1, 3)});
  EXPECT_EQ(ten.spans().size(), 2U);
  EXPECT_EQ(eleven.spans().size(), 1U);
}

TEST(HitMerging, LaterBlocksMoveNothing) {
  HitSpans spans(5);
  spans.add_block({hit(1, 1), hit(1, 3)});
  spans.add_block({hit(1, 2), hit(1, 7)});  // 2 lies between both; it joins the first, which stay two
  EXPECT_THAT(ids(spans), ElementsAre(ElementsAre(101, 102), ElementsAre(103), ElementsAre(107)));
  EXPECT_EQ(spans.spans()[2].best, 3U);
}

TEST(HitMerging, WithoutAGapNothingIsPutTogether) {
  HitSpans spans(-1);
  spans.add_block({hit(1, 1), hit(1, 2)});
  EXPECT_EQ(spans.spans().size(), 2U);
}

TEST(HitMerging, OtherVideosAreOtherResults) {
  HitSpans spans(5);
  spans.add_block({hit(1, 1), hit(2, 1)});
  EXPECT_EQ(spans.spans().size(), 2U);
}

}  // namespace
}  // namespace blip
