#include "training/capfilt/unit_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "tests/support/temp_dir.h"
#include "tests/training/capfilt/counting_shards.h"
#include "training/data/random_stream.h"
#include "training/data/shard_dataset.h"

namespace blip {
namespace {

using test::error_of;
using testing::HasSubstr;

struct Unit {
  CapFiltCounts counts;
  std::vector<PictureOutcome> outcomes;
};

CapFiltFolder open_folder(const std::filesystem::path& output, const WorkPlan& plan) {
  return CapFiltFolder::open(output, test::settings_for(plan));
}

Unit run(const std::filesystem::path& input, const std::filesystem::path& output, UnitRunOptions options = {}) {
  options.batch_size = 3;
  CapFilt models = test::counting_capfilt();
  const WorkPlan plan = plan_work({.found = {input}, .human = {}});
  const CapFiltFolder folder = open_folder(output, plan);
  Unit result;
  result.counts = run_unit(models, plan.units.at(0), folder, options).counts;
  OutcomeReader reader(folder.pairs(0));
  for (PictureOutcome outcome; reader.next(outcome);) result.outcomes.push_back(outcome);
  return result;
}

// The counts that the written lines and the written shard give, by another way than the run's.
void expect_consistent(const Unit& run, const std::filesystem::path& output) {
  CapFiltCounts again;
  std::int64_t kept = 0;
  for (const PictureOutcome& outcome : run.outcomes) {
    again.add(outcome);
    for (const JudgedText& text : outcome.texts) kept += text.verdict == Verdict::kKept ? 1 : 0;
  }
  EXPECT_EQ(to_json(again), to_json(run.counts));
  EXPECT_NO_THROW(counts_from_json(to_json(run.counts), "run")) << "in = kept + dropped + failed";
  const auto shard = output / "shards/000000.tar";
  ASSERT_EQ(std::filesystem::exists(shard), kept > 0);
  if (kept == 0) return;
  const ShardDataset data(output / "shards", TextKind::kCaptions);
  EXPECT_EQ(data.size(), kept);
  EXPECT_TRUE(data.warnings().empty());
  std::int64_t index = 0;
  for (const PictureOutcome& outcome : run.outcomes)
    for (const JudgedText& text : outcome.texts)
      if (text.verdict == Verdict::kKept) {
        EXPECT_EQ(data.read(index++, 0).text, text.text);
      }
}

TEST(UnitRun, WritesKeptPairsThatTheTrainerReads) {
  const test::TempDir dir;
  test::write_web_shards(dir / "in", 10, 100);
  const Unit result = run(dir / "in", dir / "out");
  expect_consistent(result, dir / "out");
  EXPECT_EQ(result.counts.pictures.in, 10);
  EXPECT_EQ(result.counts.of(TextSource::kWeb).in, 10);
  EXPECT_EQ(result.counts.of(TextSource::kWeb).dropped.at(kBelowThreshold), 4) << "0, 3, 6, 9 are called dogs";
  const Sample first = ShardDataset(dir / "out/shards", TextKind::kCaptions).read(0, 0);
  EXPECT_EQ(first.text, "cat 0");
  EXPECT_THAT(first.id, HasSubstr("p1000-synthetic0"));
  EXPECT_EQ(result.outcomes[1].texts[0].label, "l1");
  EXPECT_EQ(test::read_file(dir / "in/000000.tar").find("never"), std::string::npos);
}

// Whatever is broken, every picture is accounted for once.
TEST(UnitRun, CountsAddUpWhateverIsBroken) {
  for (int seed = 0; seed < 12; ++seed) {
    const test::TempDir dir;
    RandomStream random{{static_cast<std::uint64_t>(seed)}};
    std::int64_t broken = 0, no_picture = 0, bad_text = 0, model = 0;
    {
      ShardWriter writer(dir / "in", 1000);
      for (int i = 0; i < 25; ++i) {
        auto sample = test::web_sample(i, i % 4 == 0 ? "a dog" : "cat " + std::to_string(i % 10));
        switch (random.below(8)) {
          case 0:
            sample[0].second = sample[0].second.substr(0, sample[0].second.size() / 2);
            ++broken;
            break;
          case 1:
            sample.erase(sample.begin());
            ++no_picture;
            break;
          case 2:
            sample[1].second = "{\"web\": []}";
            ++bad_text;
            break;
          case 3:
            sample[0].second = test::png_of(2, 2, 200, 0, 0);
            ++model;
            break;
          default:
            break;
        }
        writer.add("s" + std::to_string(100 + i), sample);
      }
      writer.finish();
    }
    const Unit result = run(dir / "in", dir / "out");
    expect_consistent(result, dir / "out");
    auto failed = result.counts.pictures.failed;
    EXPECT_EQ(result.counts.pictures.in, 25);
    EXPECT_EQ(failed[kBrokenPicture], broken);
    EXPECT_EQ(failed[kNoPicture], no_picture);
    EXPECT_EQ(failed[kBrokenTexts], bad_text);
    EXPECT_EQ(failed[kModelFailed], model);
  }
}

TEST(UnitRun, RetryDoesWhatFailedWithTheResultOfAnUnbrokenRun) {
  const test::TempDir dir;
  test::write_web_shards(dir / "whole", 11, 100);
  const Unit whole = run(dir / "whole", dir / "expected");
  // The same shard, with two pictures of the same size in bytes broken.
  test::write_web_shards(dir / "in", 11, 100);
  const auto shard = dir / "in/000000.tar";
  const std::string good = test::read_file(shard);
  std::string bad = good;
  for (const char* key : {"p1004.png", "p1007.png"}) bad.replace(bad.find(key) + 512, 8, "notapng!");
  std::ofstream(shard) << bad;
  const Unit first = run(dir / "in", dir / "out");
  expect_consistent(first, dir / "out");
  EXPECT_EQ(first.counts.pictures.failed.at(kBrokenPicture), 2);

  std::ofstream(shard) << good;
  UnitRunOptions retry;
  retry.retry = true;
  const Unit second = run(dir / "in", dir / "out", retry);
  expect_consistent(second, dir / "out");
  EXPECT_EQ(second.counts.pictures.failed_count(), 0);
  for (const char* file : {"shards/000000.tar", "pairs/000000.jsonl", "examples/000000.tar"})
    EXPECT_EQ(test::read_file(dir / "out" / file), test::read_file(dir / "expected" / file)) << file;
}

TEST(UnitRun, AShardThatCannotBeReadIsOneFailure) {
  const test::TempDir dir;
  std::ofstream(dir / "x.tar") << "no archive";
  const Unit result = run(dir / "x.tar", dir / "out");
  expect_consistent(result, dir / "out");
  EXPECT_EQ(result.counts.pictures.failed.at(kDamagedShard), 1);
}

TEST(UnitRun, ModelsThatFailOnAllEndTheRun) {
  const test::TempDir dir;
  ShardWriter writer(dir / "in", 10);
  for (int i = 0; i < 4; ++i) {
    auto sample = test::web_sample(i, "cat");
    sample[0].second = test::png_of(2, 2, 200, 0, 0);
    writer.add("s" + std::to_string(i), sample);
  }
  writer.finish();
  EXPECT_THAT(error_of([&] { run(dir / "in", dir / "out"); }), HasSubstr("a picture of 200"));
  EXPECT_FALSE(std::filesystem::exists(dir / "out/shards/000000.json"));
}

TEST(UnitRun, AFullDiskAndAStopPublishNothing) {
  const test::TempDir dir;
  test::write_web_shards(dir / "in", 10, 100);
  int batches = 0;
  UnitRunOptions options;
  options.stop = [&] { return ++batches > 2; };
  EXPECT_THAT(error_of([&] { run(dir / "in", dir / "out", options); }), HasSubstr("stopped"));
  EXPECT_FALSE(std::filesystem::exists(dir / "out/shards/000000.json"));

  CapFilt models = test::counting_capfilt();
  const WorkPlan plan = plan_work({.found = {dir / "in"}, .human = {}});
  const CapFiltFolder folder = open_folder(dir / "out", plan);
  options = {};
  options.batch_size = 3;
  std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit before {};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const struct rlimit small { 4096, before.rlim_max };
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string message = error_of([&] { run_unit(models, plan.units[0], folder, options); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_THAT(message, HasSubstr("000000.tar"));
  EXPECT_FALSE(folder.summary(0));
}

TEST(UnitRun, HumanPairsAreTakenAsTheyAre) {
  const test::TempDir dir;
  test::write_numbered_shards(dir / "human", 3, 3);
  test::write_web_shards(dir / "in", 1, 1);
  CapFilt models = test::counting_capfilt();
  const WorkPlan plan = plan_work({.found = {dir / "in"}, .human = {dir / "human"}});
  const CapFiltFolder folder = open_folder(dir / "out", plan);
  const UnitSummary summary = run_unit(models, plan.units.at(1), folder, {});
  EXPECT_EQ(summary.counts.of(TextSource::kHuman).kept, 3);
  const ShardDataset data(dir / "out/shards", TextKind::kCaptions);
  EXPECT_EQ(data.size(), 3);
  EXPECT_EQ(data.read(2, 0).text, "cat 2");
}

}  // namespace
}  // namespace blip
