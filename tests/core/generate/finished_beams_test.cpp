#include "core/generate/finished_beams.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace blip {
namespace {

using testing::ElementsAre;

// Beams named by their only token.
std::vector<std::int64_t> names(const FinishedBeams& beams, std::size_t count = 10) {
  std::vector<std::int64_t> result;
  for (const GeneratedSequence& beam : beams.best_first(count)) result.push_back(beam.ids.at(0));
  return result;
}

TEST(FinishedBeams, KeepsTheBestOfMoreThanItHolds) {
  FinishedBeams beams(2, TieOrder::kOlderFirst);
  beams.add({{1}, {}, -3});
  EXPECT_FALSE(beams.full());
  beams.add({{2}, {}, -1});
  EXPECT_TRUE(beams.full());
  EXPECT_EQ(beams.lowest_score(), -3);
  beams.add({{3}, {}, -2});
  EXPECT_THAT(names(beams), ElementsAre(2, 3));
  beams.add({{4}, {}, -5});
  EXPECT_THAT(names(beams), ElementsAre(2, 3));
  EXPECT_THAT(names(beams, 1), ElementsAre(2));
}

TEST(FinishedBeams, AnEqualOfTheLowestStaysOut) {
  for (const TieOrder ties : {TieOrder::kOlderFirst, TieOrder::kNewerFirst}) {
    FinishedBeams beams(1, ties);
    beams.add({{1}, {}, -1});
    beams.add({{2}, {}, -1});
    EXPECT_THAT(names(beams), ElementsAre(1));
  }
}

TEST(FinishedBeams, TiesRankByAge) {
  FinishedBeams older(3, TieOrder::kOlderFirst), newer(3, TieOrder::kNewerFirst);
  for (FinishedBeams* beams : {&older, &newer})
    for (const std::int64_t name : {1, 2, 3}) beams->add({{name}, {}, -1});
  EXPECT_THAT(names(older), ElementsAre(1, 2, 3));
  EXPECT_THAT(names(newer), ElementsAre(3, 2, 1));
  for (FinishedBeams* beams : {&older, &newer}) beams->add({{4}, {}, 0});
  EXPECT_THAT(names(older), ElementsAre(4, 1, 2));
  EXPECT_THAT(names(newer), ElementsAre(4, 3, 2));
}

}  // namespace
}  // namespace blip
