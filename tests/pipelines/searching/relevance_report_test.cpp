#include "pipelines/searching/relevance_report.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

const std::vector<JudgedPair> kPairs = {{0.9, true}, {0.8, false}, {0.6, true}, {0.2, false}, {0.1, true}};

TEST(RelevanceReport, CountsWhatACutoffKeeps) {
  const std::vector<double> cutoffs{0, 0.6, 0.95};
  const auto rows = cutoff_table(kPairs, 4, cutoffs);  // one that matches was not found at all
  EXPECT_EQ(rows[0].kept, 5);
  EXPECT_DOUBLE_EQ(rows[0].precision, 0.6);
  EXPECT_DOUBLE_EQ(rows[0].recall, 0.75);
  EXPECT_EQ(rows[1].kept, 3);
  EXPECT_EQ(rows[1].right, 2);
  EXPECT_DOUBLE_EQ(rows[1].recall, 0.5);
  EXPECT_EQ(rows[2].kept, 0);
  EXPECT_DOUBLE_EQ(rows[2].precision, 0);
}

TEST(RelevanceReport, BinsHoldWhatWasSaidAndWhatWas) {
  const auto bins = reliability_bins(kPairs, 2);
  EXPECT_EQ(bins[0].pairs, 2);
  EXPECT_NEAR(bins[0].said, 0.15, 1e-12);
  EXPECT_DOUBLE_EQ(bins[0].was, 0.5);
  EXPECT_EQ(bins[1].pairs, 3);
  EXPECT_NEAR(calibration_error(bins), (2 * 0.35 + 3 * (2.3 / 3 - 2.0 / 3)) / 5, 1e-12);
}

TEST(RelevanceReport, CertaintyIsInTheLastBin) {
  const std::vector<JudgedPair> pairs{{1, true}, {0, false}};
  const auto bins = reliability_bins(pairs, 10);
  EXPECT_EQ(bins.back().pairs, 1);
  EXPECT_EQ(bins.front().pairs, 1);
}

TEST(RelevanceReport, PlacesThatWereNotFoundAreTheWorst) {
  const std::vector<std::int64_t> places{1, 3, 0, 12};
  EXPECT_DOUBLE_EQ(recall_at(places, 1), 0.25);
  EXPECT_DOUBLE_EQ(recall_at(places, 10), 0.5);
  EXPECT_DOUBLE_EQ(median_place(places), 7.5);
  EXPECT_GT(median_place({0, 0, 1}), 1000);
  EXPECT_DOUBLE_EQ(recall_at({}, 1), 0);
  EXPECT_DOUBLE_EQ(median_place({}), 0);
}

}  // namespace
}  // namespace blip
