#include "training/capfilt/picture_outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::HasSubstr;

PictureOutcome judged() {
  PictureOutcome outcome;
  outcome.key = "k";
  outcome.video = "v.mp4";
  outcome.time = 1.25;
  outcome.texts = {{TextSource::kWeb, "a \"w\"\n", "title", "wrong", Verdict::kDropped, kBelowThreshold, 0.125},
                   {TextSource::kSynthetic, "s", "", "", Verdict::kKept, "", 0.75},
                   {TextSource::kSynthetic, "t", "", "", Verdict::kFailed, kNoScore, std::nullopt}};
  return outcome;
}

TEST(PictureOutcome, LinesAreReadBackAsTheyWere) {
  const test::TempDir dir;
  PictureOutcome last = judged();
  last.key = "l";
  last.texts.resize(1);
  const std::string lines = to_lines(judged()) + to_lines(failed_outcome("f", {kBrokenPicture, "why"})) +
                            to_lines(dropped_outcome("f", kNearDuplicate)) + to_lines(last);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 6);
  std::ofstream(dir / "p.jsonl") << lines;
  OutcomeReader reader(dir / "p.jsonl");
  std::string again;
  std::vector<std::size_t> texts;
  for (PictureOutcome outcome; reader.next(outcome);) {
    again += to_lines(outcome);
    texts.push_back(outcome.texts.size());
  }
  EXPECT_EQ(again, lines);
  EXPECT_THAT(texts, testing::ElementsAre(3, 0, 0, 1));
}

TEST(PictureOutcome, PairsAreNamedAndTellWhereTheyComeFrom) {
  EXPECT_EQ(pair_key(judged(), 0), "k-web0");
  EXPECT_EQ(pair_key(judged(), 2), "k-synthetic1");
  const auto json = nlohmann::json::parse(pair_json(judged(), 0));
  EXPECT_EQ(json, nlohmann::json::parse(R"({"captions": ["a \"w\"\n"], "source": "web", "origin": "title",
      "match": 0.125, "key": "k", "video": "v.mp4", "time": 1.25})"));
}

TEST(PictureOutcome, APictureWithoutTextsIsDropped) {
  FoundPicture picture;
  picture.key = "k";
  const PictureOutcome outcome = outcome_of(picture, {});
  EXPECT_EQ(outcome.verdict, Verdict::kDropped);
  EXPECT_EQ(outcome.reason, kNoText);
  EXPECT_EQ(outcome_of(picture, judged().texts).verdict, Verdict::kKept);
}

TEST(PictureOutcome, ADamagedFileIsNamedWithItsLine) {
  const test::TempDir dir;
  for (const char* line : {"{", "{\"verdict\": \"kept\"}", "{\"key\": \"k\", \"verdict\": \"eaten\"}",
                           "{\"key\": \"k\", \"verdict\": \"kept\", \"source\": \"web\"}"}) {
    std::ofstream(dir / "p.jsonl") << to_lines(failed_outcome("f", {kBrokenPicture, ""})) << line << "\n";
    EXPECT_THAT(error_of([&] {
                  OutcomeReader reader(dir / "p.jsonl");
                  for (PictureOutcome outcome; reader.next(outcome);) {
                  }
                }),
                AllOf(HasSubstr("p.jsonl"), HasSubstr("line 2")));
  }
  EXPECT_THAT(error_of([&] { OutcomeReader(dir / "none"); }), HasSubstr("none"));
}

}  // namespace
}  // namespace blip
