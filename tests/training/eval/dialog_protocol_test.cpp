#include "training/eval/dialog_protocol.h"

#include <gtest/gtest.h>

#include "core/tasks/answerer.h"
#include "tests/training/eval/picture_media.h"

namespace blip {
namespace {

Dialog a_dialog(const std::string& id, std::size_t medium) {
  return {
      id,
      medium,
      "two dogs on a beach",
      {{"what is it?", "red", {"red", "two dogs", "kitchen"}, 0}, {"where?", "kitchen", {"umbrella", "kitchen"}, 1}}};
}

TEST(DialogProtocol, HistoryStandsBeforeTheQuestion) {
  const Dialog dialog = a_dialog("1", 0);
  EXPECT_EQ(dialog_question(dialog, 1, 0), "where?");
  EXPECT_EQ(dialog_question(dialog, 0, 3), "two dogs on a beach. what is it?");
  EXPECT_EQ(dialog_question(dialog, 1, 3), "two dogs on a beach. what is it? red. where?");
}

TEST(DialogProtocol, ShardsAndResumedRunsGiveTheRecordsOfOneRun) {
  const auto model = test::golden_model("vqa");
  const test::PictureMedia pictures;
  DialogBenchmark benchmark;
  benchmark.media = pictures.media();
  for (std::size_t m = 0; m < benchmark.media.size(); ++m) benchmark.dialogs.push_back(a_dialog(std::to_string(m), m));
  const auto records = test::records_however_run(
      *model, pictures, [&](MediaFeatures& features, const Shard& shard, SampleRecords& to, const RunHooks& hooks) {
        run_dialogs(*model, benchmark, features, {}, shard, to, hooks);
      });
  ASSERT_EQ(records.size(), 4U);
  EXPECT_TRUE(records.at("dialog 1").contains("failed"));
  // The place of the true answer among all, by loss.
  MediaFeatures features(*model, pictures.media(), {});
  const DialogRound& round = benchmark.dialogs[2].rounds[0];
  const auto ranked = rank_answers(*model, features.find(2)->joined, round.question, round.candidates, 3);
  const std::size_t place = records.at("dialog 2").at("ranks").at(0);
  ASSERT_LT(place, ranked.size());
  EXPECT_EQ(ranked[place].index, round.truth);
}

}  // namespace
}  // namespace blip
