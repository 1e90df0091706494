#include "training/capfilt/capfilt_counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::HasSubstr;

PictureOutcome judged(const std::vector<JudgedText>& texts) {
  PictureOutcome outcome;
  outcome.key = "k";
  outcome.texts = texts;
  return outcome;
}

CapFiltCounts some_counts() {
  CapFiltCounts counts;
  counts.add(judged({{TextSource::kWeb, "a", "", "", Verdict::kDropped, kBelowThreshold, 0.04},
                     {TextSource::kSynthetic, "b", "", "", Verdict::kKept, "", 1.0}}));
  counts.add(judged({{TextSource::kWeb, "a", "", "", Verdict::kKept, "", 0.05},
                     {TextSource::kWeb, "a", "", "", Verdict::kFailed, kNoScore, std::nullopt}}));
  counts.add(failed_outcome("f", {kBrokenPicture, ""}));
  counts.add(dropped_outcome("d", kNearDuplicate));
  return counts;
}

TEST(CapFiltCounts, CountByHand) {
  const CapFiltCounts counts = some_counts();
  EXPECT_EQ(counts.pictures.in, 4);
  EXPECT_EQ(counts.pictures.kept, 2);
  EXPECT_EQ(counts.pictures.dropped.at(kNearDuplicate), 1);
  EXPECT_EQ(counts.pictures.failed.at(kBrokenPicture), 1);
  EXPECT_EQ(counts.of(TextSource::kWeb).in, 3);
  EXPECT_EQ(counts.of(TextSource::kWeb).kept, 1);
  EXPECT_EQ(counts.of(TextSource::kWeb).dropped.at(kBelowThreshold), 1);
  EXPECT_EQ(counts.of(TextSource::kWeb).failed.at(kNoScore), 1);
  EXPECT_EQ(counts.of(TextSource::kSynthetic).kept, 1);
  EXPECT_EQ(counts.kept_pairs(), 2);
  EXPECT_EQ(counts.match[0][0], 1);
  EXPECT_EQ(counts.match[0][1], 1);
  EXPECT_EQ(counts.match[1][kMatchBins - 1], 1) << "1 is in the last bin";
}

TEST(CapFiltCounts, AddedCountsAreThoseOfAll) {
  CapFiltCounts sum = some_counts(), twice = some_counts();
  sum.add(some_counts());
  twice.add(judged({{TextSource::kWeb, "a", "", "", Verdict::kDropped, kBelowThreshold, 0.04},
                    {TextSource::kSynthetic, "b", "", "", Verdict::kKept, "", 1.0}}));
  twice.add(judged({{TextSource::kWeb, "a", "", "", Verdict::kKept, "", 0.05},
                    {TextSource::kWeb, "a", "", "", Verdict::kFailed, kNoScore, std::nullopt}}));
  twice.add(failed_outcome("f", {kBrokenPicture, ""}));
  twice.add(dropped_outcome("d", kNearDuplicate));
  EXPECT_EQ(to_json(sum), to_json(twice));
  EXPECT_EQ(to_json(counts_from_json(to_json(sum), "x")), to_json(sum));
}

TEST(CapFiltCounts, RefusesCountsThatDoNotAddUp) {
  auto json = to_json(some_counts());
  json["web"]["in"] = 7;
  EXPECT_THAT(error_of([&] { counts_from_json(json, "'f.json'"); }),
              testing::AllOf(HasSubstr("f.json"), HasSubstr("7 went in, 3 came out")));
  json.erase("web");
  EXPECT_THAT(error_of([&] { counts_from_json(json, "'f.json'"); }), HasSubstr("f.json"));
}

}  // namespace
}  // namespace blip
