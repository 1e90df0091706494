#include "training/eval/caption_protocol.h"

#include <gtest/gtest.h>

#include "core/tasks/captioner.h"
#include "tests/training/eval/picture_media.h"

namespace blip {
namespace {

TEST(CaptionProtocol, ShardsAndResumedRunsGiveTheRecordsOfOneRun) {
  const auto model = test::golden_model("caption");
  const test::PictureMedia pictures;
  CaptionBenchmark benchmark;
  benchmark.media = pictures.media();
  for (std::size_t m = 0; m < benchmark.media.size(); ++m)
    benchmark.targets.push_back({std::to_string(m), m, {"a dog"}, m == 0 ? "in-domain" : ""});
  const CaptionOptions options;
  const auto records = test::records_however_run(
      *model, pictures, [&](MediaFeatures& features, const Shard& shard, SampleRecords& to, const RunHooks& hooks) {
        run_captions(*model, benchmark, features, options, shard, to, hooks);
      });
  ASSERT_EQ(records.size(), 4U);
  EXPECT_TRUE(records.at("caption 1").contains("failed"));
  EXPECT_EQ(records.at("caption 0").at("domain"), "in-domain");
  MediaFeatures features(*model, pictures.media(), {});
  const auto found = features.find(2);
  EXPECT_EQ(records.at("caption 2").at("prediction"), caption(*model, std::span(&found->frames, 1), options)[0].text);
}

}  // namespace
}  // namespace blip
