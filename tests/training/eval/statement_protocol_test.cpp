#include "training/eval/statement_protocol.h"

#include <gtest/gtest.h>

#include "tests/training/eval/picture_media.h"

namespace blip {
namespace {

StatementBenchmark statements_about(const test::PictureMedia& pictures) {
  StatementBenchmark benchmark;
  benchmark.media = pictures.media();
  benchmark.statements = {{"s0", 0, 2, "two dogs", true},
                          {"s1", 2, 1, "two dogs", false},
                          {"s2", 2, 3, "a boat", true},
                          {"s3", 3, 0, "", false}};
  return benchmark;
}

TEST(StatementProtocol, ShardsAndResumedRunsGiveTheRecordsOfOneRun) {
  const auto model = test::golden_model("nlvr");
  const test::PictureMedia pictures;
  const StatementBenchmark benchmark = statements_about(pictures);
  const auto records = test::records_however_run(
      *model, pictures, [&](MediaFeatures& features, const Shard& shard, SampleRecords& to, const RunHooks& hooks) {
        run_statements(*model, benchmark, features, shard, to, hooks);
      });
  ASSERT_EQ(records.size(), 4U);
  EXPECT_TRUE(records.at("statement s1").contains("failed"));
  EXPECT_TRUE(records.at("statement s3").at("prediction").is_boolean());
  EXPECT_EQ(records.at("statement s2").at("medium"), "b + c");
}

TEST(StatementProtocol, AnotherCheckpointIsRefused) {
  const auto model = test::golden_model("caption");
  const test::PictureMedia pictures;
  MediaFeatures features(*model, pictures.media(), {});
  MemoryRecords records;
  EXPECT_THROW(run_statements(*model, statements_about(pictures), features, {}, records), Error);
}

}  // namespace
}  // namespace blip
