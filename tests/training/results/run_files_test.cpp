#include "training/results/run_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/temp_dir.h"
#include "tests/training/results/run_fixture.h"

namespace blip {
namespace {

using testing::HasSubstr;

RunStart some_start() {
  return {test::some_fingerprint(), {1, 3}, "2026-01-02T03:04:05Z"};
}

TEST(RunFiles, AStartIsReadAsItWasWritten) {
  const test::TempDir dir;
  EXPECT_FALSE(find_start(dir.path()));
  write_start(dir.path(), some_start());
  const auto read = find_start(dir.path());
  ASSERT_TRUE(read);
  EXPECT_EQ(difference(read->fingerprint, test::some_fingerprint()), "");
  EXPECT_EQ(read->shard.index, 1);
  EXPECT_EQ(read->shard.count, 3);
  EXPECT_EQ(read->started, "2026-01-02T03:04:05Z");
}

TEST(RunFiles, AResultIsReadAsItWasWritten) {
  const test::TempDir dir;
  RunResult result;
  result.metrics = {{"a", "label a", 43.25, 40.5, {}, 7}, {"b", "b", std::nan(""), {}, {}, 0}};
  result.not_computed = {{"meteor", "no jars"}};
  result.counts = {10, 7, 2, 1};
  result.missing = {"x.mp4"};
  result.samples = {{"k1", "video1", {{"a", 100}, {"b", 0.5}}}, {"k2", "video1", {}}};
  write_result(dir.path(), some_start(), result);
  const CompleteRun run = read_run(dir.path(), /*with_samples=*/true);
  ASSERT_EQ(run.result.metrics.size(), 2U);
  EXPECT_EQ(run.result.metrics[0].value, 43.25);
  EXPECT_EQ(run.result.metrics[0].low, 40.5);
  EXPECT_FALSE(run.result.metrics[0].high);
  EXPECT_TRUE(std::isnan(run.result.metrics[1].value));
  EXPECT_EQ(run.result.not_computed.at(0).reason, "no jars");
  EXPECT_EQ(run.result.counts.missing, 2);
  EXPECT_EQ(run.result.missing, std::vector<std::string>{"x.mp4"});
  ASSERT_EQ(run.result.samples.size(), 2U);
  EXPECT_EQ(run.result.samples[0].scores.at("b"), 0.5);
  EXPECT_EQ(run.result.samples[1].cluster, "video1");
  EXPECT_TRUE(read_run(dir.path(), /*with_samples=*/false).result.samples.empty());
}

TEST(RunFiles, TheFirstDifferenceIsNamedWithBothValues) {
  const Fingerprint here = test::some_fingerprint();
  Fingerprint there = here;
  EXPECT_EQ(difference(here, there), "");
  there.model["weights"] = "77aa";
  EXPECT_EQ(difference(here, there), "model.weights: \"1f2e\" here, \"77aa\" there");
  there = here;
  there.parameters["beams"] = 3;
  EXPECT_EQ(difference(here, there), "parameters.beams: nothing here, 3 there");
  EXPECT_EQ(difference(there, here), "parameters.beams: 3 here, nothing there");
  there = here;
  there.command = "caption";
  EXPECT_EQ(difference(here, there), "command: \"retrieval\" here, \"caption\" there");
  there = here;
  there.data["data_id"] = std::string(500, 'x');
  EXPECT_LT(difference(here, there).size(), 200U);
}

TEST(RunFiles, WhatIsNotCompleteOrDamagedIsSaid) {
  const test::TempDir dir;
  const auto error = [&] { return test::error_of([&] { read_run(dir.path(), /*with_samples=*/true); }); };
  EXPECT_THAT(error(), HasSubstr("not found: '" + dir.path().string() + "' holds no run"));
  write_start(dir.path(), some_start());
  EXPECT_THAT(error(), HasSubstr("is not complete"));
  for (const char* bytes : {"", "{", "[]", "{\"fingerprint\": 3}"}) {
    test::write_bytes(dir / "results.json", bytes);
    EXPECT_THAT(error(), HasSubstr("data: ")) << bytes;
  }
  test::write_bytes(dir / "run.json", "{}");
  EXPECT_THAT(test::error_of([&] { find_start(dir.path()); }), HasSubstr("data: "));
  write_result(dir.path(), some_start(), {});
  test::write_bytes(dir / "scores.jsonl", "{\"key\": 1}\n");
  EXPECT_THAT(error(), HasSubstr("scores.jsonl', line 1"));
}

TEST(RunFiles, TheTimeIsWrittenInUtc) {
  EXPECT_THAT(utc_now(), testing::MatchesRegex("20..-..-..T..:..:..Z"));
}

}  // namespace
}  // namespace blip
