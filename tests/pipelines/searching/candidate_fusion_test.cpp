#include "pipelines/searching/candidate_fusion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace blip {
namespace {

using testing::ElementsAre;

std::vector<VectorHit> scan_of(const std::vector<SegmentId>& ids) {
  std::vector<VectorHit> hits;
  float score = 1;
  for (const SegmentId id : ids) {
    VectorHit hit;
    hit.segment = id;
    hit.score = score -= 0.01F;
    hits.push_back(hit);
  }
  return hits;
}

std::vector<WordHit> words_of(const std::vector<SegmentId>& ids) {
  std::vector<WordHit> hits;
  double score = 9;
  for (const SegmentId id : ids) hits.push_back({id, score -= 1});
  return hits;
}

std::vector<SegmentId> order(const std::vector<Candidate>& candidates) {
  std::vector<SegmentId> ids;
  for (const Candidate& candidate : candidates) ids.push_back(candidate.segment);
  return ids;
}

TEST(CandidateFusion, ThoseOfBothListsComeBeforeTheBestOfOne) {
  // 3: 1/63 + 1/61; 1: 1/61; 2: 1/62; 4: 1/62 as 2, but only by its words.
  EXPECT_THAT(order(fused_candidates(scan_of({1, 2, 3}), words_of({3, 4}), 100)), ElementsAre(3, 1, 2, 4));
}

TEST(CandidateFusion, KeepsScoreAndPlaceInEachList) {
  const auto candidates = fused_candidates(scan_of({5, 6}), words_of({6}), 100);
  EXPECT_EQ(candidates.at(0).segment, 6);
  EXPECT_EQ(candidates.at(0).similarity_rank, 2);
  EXPECT_EQ(candidates.at(0).words_rank, 1);
  EXPECT_DOUBLE_EQ(*candidates.at(0).words, 8);
  EXPECT_EQ(candidates.at(1).words_rank, 0);
  EXPECT_FALSE(candidates.at(1).words);
}

TEST(CandidateFusion, LongerListsOnlyAddBehind) {
  std::vector<SegmentId> seen, told;
  for (SegmentId id = 1; id <= 60; ++id) seen.push_back(id);
  for (SegmentId id = 60; id >= 1; --id) told.push_back(id * 3);  // some are in both lists, far apart
  const auto all = order(fused_candidates(scan_of(seen), words_of(told), 20));
  const std::vector<SegmentId> seen_first(seen.begin(), seen.begin() + 20), told_first(told.begin(), told.begin() + 20);
  const auto first = order(fused_candidates(scan_of(seen_first), words_of(told_first), 20));
  ASSERT_LT(first.size(), all.size());
  EXPECT_TRUE(std::equal(first.begin(), first.end(), all.begin()));
  EXPECT_EQ(std::set<SegmentId>(all.begin(), all.end()).size(), all.size());
}

TEST(CandidateFusion, OfNothingIsNothing) {
  EXPECT_TRUE(fused_candidates({}, {}, 10).empty());
}

}  // namespace
}  // namespace blip
