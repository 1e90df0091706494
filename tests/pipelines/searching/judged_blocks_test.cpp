#include "pipelines/searching/judged_blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace blip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Candidates with these ranks; those of at least 0.5 pass.
JudgedBlocks::Judge judge_of(const std::vector<double>& ranks) {
  return [ranks](std::size_t begin, std::size_t end) {
    std::vector<Judged> block;
    for (std::size_t i = begin; i < std::min(end, ranks.size()); ++i)
      block.push_back({i, ranks[i], ranks[i] >= 0.5, false});
    return block;
  };
}

std::vector<std::size_t> places(const std::vector<Judged>& block) {
  std::vector<std::size_t> found;
  for (const Judged& judged : block) found.push_back(judged.candidate);
  return found;
}

TEST(JudgedBlocks, OrderWithinABlockByRankAndBlockAfterBlock) {
  JudgedBlocks blocks(4, judge_of({0.6, 0.1, 0.9, 0.7, 1.0, 0.2, 0.8, 0.8}));
  EXPECT_THAT(places(blocks.next()), ElementsAre(2, 3, 0));
  EXPECT_THAT(places(blocks.next()), ElementsAre(4, 6, 7));  // equals keep the candidates' order
}

TEST(JudgedBlocks, EndWhenTheSecondHalfOfABlockBringsNothing) {
  JudgedBlocks blocks(4, judge_of({0.9, 0.8, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9}));
  EXPECT_THAT(places(blocks.next()), ElementsAre(0, 1));
  EXPECT_TRUE(blocks.ended());
  EXPECT_THAT(blocks.next(), IsEmpty());
  EXPECT_EQ(blocks.looked_at(), 4U);
}

TEST(JudgedBlocks, EndWithTheCandidates) {
  JudgedBlocks blocks(4, judge_of({0.9, 0.9, 0.9, 0.9, 0.9}));
  blocks.next();
  EXPECT_FALSE(blocks.ended());
  EXPECT_THAT(places(blocks.next()), ElementsAre(4));
  EXPECT_TRUE(blocks.ended());
}

TEST(JudgedBlocks, ThoseThatCouldNotBeJudgedComeLastAndDoNotKeepTheSearchGoing) {
  JudgedBlocks blocks(4, [](std::size_t begin, std::size_t) {
    return std::vector<Judged>{{begin, 0.9, true, true},
                               {begin + 1, 0.6, true, false},
                               {begin + 2, 0.9, true, true},
                               {begin + 3, 0.9, true, true}};
  });
  EXPECT_THAT(places(blocks.next()), ElementsAre(1, 0, 2, 3));
  EXPECT_TRUE(blocks.ended());
}

}  // namespace
}  // namespace blip
