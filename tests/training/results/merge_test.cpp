#include "training/results/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/temp_dir.h"
#include "tests/training/results/run_fixture.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Shard `index` of `count` over ten samples, in an order of its own.
fs::path write_shard(const fs::path& folder, std::int64_t index, std::int64_t count,
                     const Fingerprint& fingerprint = test::some_fingerprint(), bool complete = true) {
  RunFolder run = RunFolder::open(folder, fingerprint, {index, count}, false);
  for (int number = 9; number >= 0; --number)
    if (number % count == index) test::append_samples(run, {number});
  if (complete) run.finish({});
  return folder;
}

std::string merge_error(const std::vector<fs::path>& shards, const fs::path& output) {
  return test::error_of([&] { merge_shards(shards, output); });
}

TEST(Merge, IsWhatOneRunLeavesInAnyOrderOfShards) {
  const test::TempDir dir;
  {
    RunFolder one = RunFolder::open(dir / "one", test::some_fingerprint(), {}, false);
    for (int number = 0; number < 10; ++number) test::append_samples(one, {number});
  }
  std::vector<fs::path> shards;
  for (int index = 0; index < 3; ++index)
    shards.push_back(write_shard(dir / ("shard" + std::to_string(index)), index, 3));
  int orders = 0;
  do {
    const fs::path output = dir / ("merged" + std::to_string(orders++));
    RunFolder merged = merge_shards(shards, output);
    EXPECT_EQ(*merged.find("video7"), test::record_of(7));
    EXPECT_EQ(test::bytes_of(output / "samples.jsonl"), test::bytes_of(dir / "one" / "samples.jsonl"));
    merged.finish({});
  } while (std::next_permutation(shards.begin(), shards.end()));
  EXPECT_EQ(orders, 6);
}

TEST(Merge, GoesOnAfterAKill) {
  const test::TempDir dir;
  const std::vector<fs::path> shards = {write_shard(dir / "a", 0, 2), write_shard(dir / "b", 1, 2)};
  { merge_shards(shards, dir / "whole"); }
  { merge_shards(shards, dir / "cut"); }
  const std::string whole = test::bytes_of(dir / "whole" / "samples.jsonl");
  test::write_bytes(dir / "cut" / "samples.jsonl", whole.substr(0, whole.size() / 2));
  { merge_shards(shards, dir / "cut"); }
  EXPECT_EQ(test::bytes_of(dir / "cut" / "samples.jsonl"), whole);
}

TEST(Merge, ShardsThatDoNotMakeOneRunAreRefusedByName) {
  const test::TempDir dir;
  const fs::path a = write_shard(dir / "a", 0, 3), b = write_shard(dir / "b", 1, 3), c = write_shard(dir / "c", 2, 3),
                 again = write_shard(dir / "again", 1, 3), of_two = write_shard(dir / "of_two", 1, 2);
  EXPECT_THAT(merge_error({}, dir / "o"), HasSubstr("no shards"));
  EXPECT_THAT(merge_error({b}, dir / "o"), HasSubstr("missing among the shards: 0/3, 2/3"));
  EXPECT_THAT(merge_error({a, b, again}, dir / "o"),
              HasSubstr("'" + b.string() + "' and '" + again.string() + "' are both shard 1/3"));
  EXPECT_THAT(merge_error({a, of_two}, dir / "o"), HasSubstr("'" + of_two.string() + "' one of 2"));
  Fingerprint other = test::some_fingerprint();
  other.model["weights"] = "77aa";
  const fs::path strange = write_shard(dir / "strange", 2, 3, other);
  EXPECT_THAT(merge_error({a, b, strange}, dir / "o"),
              testing::AllOf(HasSubstr(strange.string()), HasSubstr("model.weights: \"1f2e\" here, \"77aa\" there")));
  const fs::path begun = write_shard(dir / "begun", 2, 3, test::some_fingerprint(), /*complete=*/false);
  EXPECT_THAT(merge_error({a, b, begun}, dir / "o"), HasSubstr("'" + begun.string() + "' is not complete"));
  EXPECT_THAT(merge_error({a, b, dir / "none"}, dir / "o"), HasSubstr("holds no run"));
  EXPECT_FALSE(fs::exists(dir / "o"));
}

TEST(Merge, ASampleOfTwoShardsIsRefused) {
  const test::TempDir dir;
  const fs::path a = write_shard(dir / "a", 0, 2), b = write_shard(dir / "b", 1, 2);
  test::write_bytes(b / "samples.jsonl", test::bytes_of(b / "samples.jsonl") + test::bytes_of(a / "samples.jsonl"));
  EXPECT_THAT(merge_error({a, b}, dir / "o"),
              testing::AllOf(HasSubstr(a.string()), HasSubstr(b.string()), HasSubstr("both have the sample 'video0'")));
}

TEST(Merge, AFolderWithOtherRecordsIsRefused) {
  const test::TempDir dir;
  const std::vector<fs::path> shards = {write_shard(dir / "a", 0, 2), write_shard(dir / "b", 1, 2)};
  { RunFolder::open(dir / "o", test::some_fingerprint(), {}, false).append(0, "video0", "something else"); }
  EXPECT_THAT(merge_error(shards, dir / "o"), HasSubstr("another record of the sample 'video0'"));
}

TEST(Merge, AFingerprintIsReadWithoutWork) {
  const test::TempDir dir;
  const fs::path begun = write_shard(dir / "begun", 0, 1, test::some_fingerprint(), /*complete=*/false);
  EXPECT_EQ(read_fingerprint(begun).command, "retrieval");
  EXPECT_THAT(test::error_of([&] { read_fingerprint(dir / "none"); }), HasSubstr("not found: "));
}

}  // namespace
}  // namespace blip
