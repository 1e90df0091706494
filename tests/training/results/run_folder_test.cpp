#include "training/results/run_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/json_lines.h"
#include "tests/support/temp_dir.h"
#include "tests/training/results/run_fixture.h"

namespace blip {
namespace {

using testing::HasSubstr;

RunFolder open(const std::filesystem::path& folder, bool resume = false,
               const Fingerprint& fingerprint = test::some_fingerprint()) {
  return RunFolder::open(folder, fingerprint, {}, resume);
}

TEST(RunFolder, GoesOnWhereItWasLeft) {
  const test::TempDir dir;
  {
    RunFolder run = open(dir / "a/b");
    test::append_samples(run, {5, 2});
  }
  RunFolder run = open(dir / "a/b", /*resume=*/true);
  EXPECT_EQ(*run.find("video2"), test::record_of(2));
  EXPECT_EQ(run.find("video3"), nullptr);
  test::append_samples(run, {3});
  std::vector<std::string> keys;
  run.for_each([&](const std::string& key, const nlohmann::json&) { keys.push_back(key); });
  EXPECT_EQ(keys, (std::vector<std::string>{"video2", "video3", "video5"}));
  EXPECT_EQ(run.path(), dir / "a/b");
}

TEST(RunFolder, AFolderWithSamplesIsLeftAloneUnlessResumed) {
  const test::TempDir dir;
  { test::append_samples(*std::make_unique<RunFolder>(open(dir / "run")), {1}); }
  EXPECT_THAT(test::error_of([&] { open(dir / "run"); }),
              HasSubstr("argument: '" + (dir / "run").string() + "' holds this run, begun; give --resume"));
  EXPECT_EQ(test::error_of([&] { open(dir / "run", /*resume=*/true); }), "");
}

TEST(RunFolder, OneWithoutSamplesMayBeOpenedAnew) {
  const test::TempDir dir;
  { open(dir / "run"); }
  EXPECT_EQ(test::error_of([&] { open(dir / "run"); }), "");
}

TEST(RunFolder, AnotherRunIsRefusedByItsFirstDifference) {
  const test::TempDir dir;
  { open(dir / "run"); }
  Fingerprint other = test::some_fingerprint();
  other.parameters["frames"] = 16;
  for (const bool resume : {false, true})
    EXPECT_THAT(test::error_of([&] { open(dir / "run", resume, other); }),
                HasSubstr("is of another run: parameters.frames: 16 here, 8 there"));
  EXPECT_THAT(test::error_of([&] {
                RunFolder::open(dir / "run", test::some_fingerprint(), {1, 2}, true);
              }),
              HasSubstr("shard 1/2 here, 0/1 there"));
}

TEST(RunFolder, TwoRunsInOneFolderAreRefused) {
  const test::TempDir dir;
  const RunFolder run = open(dir / "run");
  EXPECT_THAT(test::error_of([&] { open(dir / "run", /*resume=*/true); }), HasSubstr("is in use by process"));
}

TEST(RunFolder, IsCompleteWithItsResults) {
  const test::TempDir dir;
  test::write_run(dir / "run", {100, 0});
  const auto file = test::read_json(dir / "run" / "results.json");
  EXPECT_EQ(file.at("fingerprint").at("model").at("weights"), "1f2e");
  EXPECT_EQ(file.at("metrics").at(0).at("key"), "t2v.r1");
  EXPECT_EQ(file.at("metrics").at(0).at("value"), 50);
  EXPECT_EQ(file.at("metrics").at(0).at("low"), 40);
  EXPECT_EQ(file.at("counts"), nlohmann::json({{"in", 3}, {"done", 2}, {"missing", 1}, {"failed", 0}}));
  EXPECT_LE(file.at("started").get<std::string>(), file.at("finished").get<std::string>());
  EXPECT_EQ(test::read_json_lines(dir / "run" / "scores.jsonl").size(), 2U);
  EXPECT_FALSE(std::filesystem::exists(dir / "run" / "results.json.part"));
  EXPECT_THAT(test::error_of([&] { open(dir / "run"); }), HasSubstr("holds this run, complete"));
  RunFolder again = open(dir / "run", /*resume=*/true);
  EXPECT_EQ(*again.find("video1"), test::record_of(1));
  again.finish({});
  EXPECT_TRUE(test::read_json(dir / "run" / "results.json").at("metrics").empty());
}

TEST(RunFolder, SamplesOfNobodyKnowsWhatAreRefused) {
  const test::TempDir dir;
  std::filesystem::create_directories(dir / "run");
  test::write_bytes(dir / "run" / "samples.jsonl", "");
  EXPECT_THAT(test::error_of([&] { open(dir / "run", /*resume=*/true); }), HasSubstr("data: "));
}

TEST(RunFolder, AShardThatDoesNotExistIsRefused) {
  const test::TempDir dir;
  for (const Shard& shard : {Shard{2, 2}, Shard{-1, 2}, Shard{0, 0}})
    EXPECT_THAT(test::error_of([&] { RunFolder::open(dir / "run", test::some_fingerprint(), shard, false); }),
                HasSubstr("does not exist"));
  EXPECT_FALSE(std::filesystem::exists(dir / "run"));
}

}  // namespace
}  // namespace blip
