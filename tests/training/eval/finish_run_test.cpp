#include "training/eval/finish_run.h"

#include <gtest/gtest.h>

#include "tests/training/eval/picture_media.h"

namespace blip {
namespace {

using Json = nlohmann::json;

Fingerprint captions_of(const std::string& layout) {
  return {"caption", {{"name", "m"}}, {{"layout", layout}}, Json::object(), "blip-eval test"};
}

TEST(FinishRun, WritesResultsAndPredictionsInTheOfficialForm) {
  const test::TempDir folder;
  const Fingerprint fingerprint = captions_of("coco-caption");
  RunFolder run = RunFolder::open(folder / "run", fingerprint, {}, false);
  const Json record = {{"medium", "a.jpg"}, {"domain", ""}, {"prediction", "a dog"}, {"references", {"a dog"}}};
  run.append(0, "caption 391895", record);
  run.append(1, "caption shot3", record);
  const RunResult result = finish_run(run, fingerprint, {});
  EXPECT_EQ(result.counts.done, 2);
  const Json rows = test::read_json(folder / "run" / "captions.json");
  EXPECT_EQ(rows, Json::parse(R"([{"image_id":391895,"caption":"a dog"},{"image_id":"shot3","caption":"a dog"}])"));
  EXPECT_TRUE(std::filesystem::exists(folder / "run" / "results.json"));
}

TEST(FinishRun, AShardHasCountsAndNoMetrics) {
  const test::TempDir folder;
  const Fingerprint fingerprint = captions_of("coco-caption");
  const Shard shard{1, 2};
  RunFolder run = RunFolder::open(folder / "run", fingerprint, shard, false);
  run.append(1, "caption 1", {{"medium", "a.jpg"}, {"domain", ""}, {"prediction", "x"}, {"references", {"y"}}});
  const RunResult result = finish_run(run, fingerprint, shard);
  EXPECT_TRUE(result.metrics.empty());
  EXPECT_EQ(result.counts.done, 1);
  EXPECT_EQ(result.not_computed.size(), 1U);
}

}  // namespace
}  // namespace blip
