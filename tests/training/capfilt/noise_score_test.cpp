#include "training/capfilt/noise_score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"
#include "training/capfilt/shard_pictures.h"
#include "training/synth/synth_run.h"

namespace blip {
namespace {

using test::error_of;
using testing::HasSubstr;

TEST(NoiseScore, FiguresAreThoseOfTheirDefinition) {
  const NoiseTally tally{.true_kept = 6, .true_dropped = 2, .false_kept = 1, .false_dropped = 3};
  EXPECT_EQ(tally.all(), 12);
  EXPECT_NEAR(tally.noise_before(), 100 * 4 / 12.0, 1e-9);
  EXPECT_NEAR(tally.noise_after(), 100 * 1 / 7.0, 1e-9);
  EXPECT_NEAR(tally.keep_precision(), 100 * 6 / 7.0, 1e-9);
  EXPECT_NEAR(tally.keep_recall(), 75, 1e-9);
  EXPECT_NEAR(tally.drop_precision(), 60, 1e-9);
  EXPECT_NEAR(tally.drop_recall(), 75, 1e-9);
  EXPECT_NEAR(tally.drop_share(), 100 * 5 / 12.0, 1e-9);
  EXPECT_EQ(NoiseTally{}.noise_before(), 0);
}

// A run over ShapesWorld by a filter that keeps what its labels call right, and everything with `keep_all`.
void write_run(const std::filesystem::path& shard, const std::filesystem::path& output, bool keep_all) {
  const CapFiltFolder folder = CapFiltFolder::open(output, {{"units", 1}});
  std::filesystem::create_directories(folder.work(0));
  UnitSummary summary{shard.string(), {}};
  const auto reader = read_shard_pictures(shard, ShardTexts::kFound);
  std::ofstream lines(folder.work(0) / "pairs.jsonl");
  lines << to_lines(failed_outcome("elsewhere", {kBrokenPicture, ""}));
  for (Found found; reader->next(found);) {
    const FoundText& web = found.picture.value().texts.at(0);
    const bool kept = keep_all || web.label == "right" || web.label == "partial";
    const PictureOutcome outcome = outcome_of(
        *found.picture, {{TextSource::kWeb, web.text, "web", web.label, kept ? Verdict::kKept : Verdict::kDropped,
                          kept ? "" : kBelowThreshold, kept ? 1.0 : 0.0}});
    summary.counts.add(outcome);
    lines << to_lines(outcome);
  }
  lines.close();
  folder.publish(0, summary);
}

TEST(NoiseScore, JudgesTextsByWhatThePicturesShow) {
  const test::TempDir dir;
  synth::SynthOptions world;
  world.output = dir / "world";
  world.stills = 120;
  world.clips = world.val_clips = world.val_stills = world.test_clips = 0;
  run_synth(world);
  const auto shard = dir / "world/train/shards/000000.tar";
  write_run(shard, dir / "perfect", false);
  const NoiseScore perfect = score_noise(CapFiltFolder::read(dir / "perfect"));
  EXPECT_EQ(perfect.by_source[0].all(), 120);
  EXPECT_EQ(perfect.by_source[0].keep_precision(), 100);
  EXPECT_EQ(perfect.by_source[0].keep_recall(), 100);
  EXPECT_EQ(perfect.by_source[0].drop_recall(), 100);
  EXPECT_EQ(perfect.labels.at("right").kept, perfect.labels.at("right").in);
  EXPECT_EQ(perfect.labels.at("irrelevant").kept, 0);

  write_run(shard, dir / "all", true);
  const NoiseScore all = score_noise(CapFiltFolder::read(dir / "all"));
  EXPECT_NEAR(all.by_source[0].noise_after(), 40, 15) << "a fifth is wrong, a fifth irrelevant";
  EXPECT_EQ(all.by_source[0].noise_after(), all.by_source[0].noise_before());
  EXPECT_EQ(all.by_source[0].drop_recall(), 0);
  EXPECT_THAT(noise_table(perfect), HasSubstr("| web | 120 |"));
  EXPECT_EQ(noise_json(perfect).at("web").at("keep_recall"), 100);
}

TEST(NoiseScore, NeedsDataThatTellsWhatItShows) {
  const test::TempDir dir;
  test::write_numbered_shards(dir / "in", 2, 2);
  write_run(dir / "in/000000.tar", dir / "out", true);
  EXPECT_THAT(error_of([&] { score_noise(CapFiltFolder::read(dir / "out")); }), HasSubstr("blip-train synth"));
  std::filesystem::remove(dir / "in/000000.tar");
  EXPECT_THAT(error_of([&] { score_noise(CapFiltFolder::read(dir / "out")); }), HasSubstr("000000.tar"));
}

}  // namespace
}  // namespace blip
