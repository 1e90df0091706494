#include "core/index/vectors/top_hits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace blip {
namespace {

std::vector<SegmentId> segments_of(const std::vector<VectorHit>& hits) {
  std::vector<SegmentId> segments;
  for (const VectorHit& hit : hits) segments.push_back(hit.segment);
  return segments;
}

VectorHit hit(SegmentId segment, float score) {
  return {segment, 1, 0, 1, score};
}

TEST(TopHits, AreTheBestWithEqualScoresBySegment) {
  TopHits top(3);
  for (const VectorHit& h : {hit(5, 0.5F), hit(9, 0.9F), hit(4, 0.5F), hit(1, 0.1F), hit(3, 0.5F)}) top.offer(h);
  EXPECT_EQ(segments_of(top.take()), (std::vector<SegmentId>{9, 3, 4}));
  EXPECT_TRUE(top.take().empty());
}

TEST(TopHits, AreTheSameInWhateverOrderTheyCome) {
  std::mt19937_64 random(3);
  for (const std::size_t count : {std::size_t{1}, std::size_t{7}, std::size_t{300}, std::size_t{5000}}) {
    std::vector<VectorHit> all;
    for (SegmentId segment = 1; segment <= 4000; ++segment) {
      all.push_back(hit(segment, static_cast<float>(random() % 50) - 25));  // many are equal
    }
    std::vector<VectorHit> sorted = all;
    std::sort(sorted.begin(), sorted.end(), [](const VectorHit& a, const VectorHit& b) {
      return a.score > b.score || (a.score == b.score && a.segment < b.segment);
    });
    sorted.resize(std::min(count, sorted.size()));
    for (int round = 0; round < 3; ++round) {
      std::shuffle(all.begin(), all.end(), random);
      TopHits top(count);
      for (const VectorHit& h : all) {
        if (h.score >= top.floor()) top.offer(h);
      }
      EXPECT_EQ(segments_of(top.take()), segments_of(sorted));
    }
  }
}

TEST(TopHits, LeaveOutWhatIsNoNumber) {
  TopHits top(2);
  top.offer(hit(1, std::nanf("")));
  top.offer(hit(2, -INFINITY));
  EXPECT_EQ(segments_of(top.take()), (std::vector<SegmentId>{2}));
}

TEST(TopHits, OfNoneAreNone) {
  TopHits top(0);
  top.offer(hit(1, 1));
  EXPECT_TRUE(top.take().empty());
}

TEST(TopHits, TakeAnyCount) {
  TopHits top(std::numeric_limits<std::size_t>::max());
  for (SegmentId segment = 1; segment <= 1000; ++segment) top.offer(hit(segment, 0));
  EXPECT_EQ(top.take().size(), 1000U);
}

}  // namespace
}  // namespace blip
