#include "pipelines/searching/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <vector>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::HasSubstr;

TEST(Calibration, WithoutAFitIsItmsOwnProbability) {
  for (const double p : {0.001, 0.3, 0.5, 0.99})
    EXPECT_NEAR(MatchScale{}.probability(logit_difference_of(p), 0.7), p, 1e-12);
}

TEST(Calibration, ProbabilitiesOfZeroAndOneHaveFiniteLogits) {
  EXPECT_LT(logit_difference_of(0), -20);
  EXPECT_GT(logit_difference_of(1), 20);
  EXPECT_TRUE(std::isfinite(logit_difference_of(0)) && std::isfinite(logit_difference_of(1)));
}

// 100 pairs each at logit difference -1 and +1, of which 20 and 70 match: the likelihood is highest where the sigmoid
// says 0.2 and 0.7, but for the faint pull.
std::vector<LabelledPair> two_groups(double similarity_of_matches) {
  std::vector<LabelledPair> pairs;
  for (const auto& [difference, matching] : {std::pair(-1.0, 20), std::pair(1.0, 70)})
    for (int i = 0; i < 100; ++i)
      pairs.push_back({difference, i < matching ? similarity_of_matches : 0.5, i < matching});
  return pairs;
}

TEST(Calibration, FitSaysTheSharesThatMatch) {
  const MatchScale scale = fit_match_scale(two_groups(0.5));
  EXPECT_NEAR(scale.probability(-1, 0.5), 0.2, 0.005);
  EXPECT_NEAR(scale.probability(1, 0.5), 0.7, 0.005);
  EXPECT_EQ(scale.pairs, 200);
}

TEST(Calibration, UsesTheSimilarityWhereItTells) {
  EXPECT_GT(fit_match_scale(two_groups(0.8)).itc, 0);
}

TEST(Calibration, AScoreThatSpeaksAgainstItselfIsLeftOut) {
  EXPECT_DOUBLE_EQ(fit_match_scale(two_groups(0.2)).itc, 0);
}

TEST(Calibration, TheCutoffIsWhereF1IsHighest) {
  // Above: 70 right of 100, F1 = 140 / 190. Everything: 90 right of 200, F1 = 180 / 290.
  const MatchScale scale = fit_match_scale(two_groups(0.5));
  EXPECT_GT(scale.cutoff, scale.probability(-1, 0.5));
  EXPECT_LT(scale.cutoff, scale.probability(1, 0.5));
}

TEST(Calibration, SeparablePairsHaveAFiniteFit) {
  std::vector<LabelledPair> pairs;
  for (int i = 0; i < 50; ++i) pairs.push_back({i < 25 ? -5.0 : 5.0, 0.5, i >= 25});
  const MatchScale scale = fit_match_scale(pairs);
  EXPECT_TRUE(std::isfinite(scale.itm) && std::isfinite(scale.offset));
  EXPECT_LT(scale.probability(-5, 0.5), 0.05);
  EXPECT_GT(scale.probability(5, 0.5), 0.95);
}

TEST(Calibration, NeedsMatchesAndOthers) {
  const std::vector<LabelledPair> all{{1, 1, true}, {2, 1, true}}, none{{1, 1, false}}, empty;
  for (const auto* pairs : {&all, &none, &empty}) EXPECT_THROW(fit_match_scale(*pairs), Error);
}

TEST(Calibration, ComesBackFromItsFile) {
  test::TempDir folder;
  SearchCalibration calibration;
  calibration.embedder = "0123";
  calibration.fitted_on = "labels";
  calibration.segments = {0.25, 30.5, -20.125, 0.4, 77};
  calibration.videos = MatchScale{0, 40, -30, 0.3, 5};
  write_calibration(calibration, folder / "c.json");
  const SearchCalibration read = read_calibration(folder / "c.json");
  EXPECT_EQ(read.embedder, "0123");
  EXPECT_EQ(read.fitted_on, "labels");
  EXPECT_DOUBLE_EQ(read.segments.itc, 30.5);
  EXPECT_DOUBLE_EQ(read.segments.offset, -20.125);
  EXPECT_EQ(read.segments.pairs, 77);
  ASSERT_TRUE(read.videos);
  EXPECT_DOUBLE_EQ(read.videos->cutoff, 0.3);
}

TEST(Calibration, NamesAFileThatIsNone) {
  test::TempDir folder;
  for (const char* text : {"", "{", "[]", "{\"embedder\": \"x\"}",
                           R"({"embedder": "x", "segments": {"itm": 1, "itc": 0, "offset": 0, "cutoff": 2}})"}) {
    std::ofstream(folder / "c.json") << text;
    try {
      read_calibration(folder / "c.json");
      FAIL() << text;
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::kInvalidData);
      EXPECT_THAT(e.what(), HasSubstr((folder / "c.json").string()));
    }
  }
  EXPECT_THROW(read_calibration(folder / "missing.json"), Error);
}

TEST(Calibration, LiesBesideTheIndexOrTheModel) {
  test::TempDir folder;
  EXPECT_EQ(calibration_beside_index("/a/index.db"), "/a/index.db.calibration.json");
  EXPECT_EQ(calibration_beside_model(folder.path()), folder / "calibration.json");
  EXPECT_EQ(calibration_beside_model(folder / "model.pth"), folder / "calibration.json");
}

}  // namespace
}  // namespace blip
