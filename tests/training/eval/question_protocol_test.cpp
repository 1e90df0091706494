#include "training/eval/question_protocol.h"

#include <gtest/gtest.h>

#include "tests/training/eval/picture_media.h"

namespace blip {
namespace {

TEST(QuestionProtocol, ShardsAndResumedRunsGiveTheRecordsOfOneRun) {
  const auto model = test::golden_model("vqa");
  const test::PictureMedia pictures;
  QuestionBenchmark benchmark;
  benchmark.media = pictures.media();
  for (std::size_t q = 0; q < 8; ++q)
    benchmark.questions.push_back({std::to_string(100 + q),
                                   q % 4,
                                   q < 4 ? "what is the bird?" : "where is it?",
                                   {"red"},
                                   q < 4 ? "what" : "where",
                                   ""});
  const auto records = test::records_however_run(
      *model, pictures, [&](MediaFeatures& features, const Shard& shard, SampleRecords& to, const RunHooks& hooks) {
        run_questions(*model, benchmark, features, {}, shard, to, hooks);
      });
  ASSERT_EQ(records.size(), 8U);
  EXPECT_TRUE(records.at("question 101").contains("failed"));
  EXPECT_EQ(records.at("question 104").at("medium"), "a");
  EXPECT_EQ(records.at("question 104").at("type"), "where");
  // Asked alone, the answer is the same.
  MediaFeatures features(*model, pictures.media(), {});
  EXPECT_EQ(answer_questions(*model, features.find(3)->joined, {"where is it?"}, {}).front(),
            records.at("question 107").at("prediction").get<std::string>());
}

TEST(QuestionProtocol, WithCandidatesTheAnswerIsOneOfThem) {
  const auto model = test::golden_model("vqa");
  const test::PictureMedia pictures;
  MediaFeatures features(*model, pictures.media(), {});
  QuestionSettings settings;
  settings.candidates = {"umbrella"};
  EXPECT_EQ(answer_questions(*model, features.find(0)->joined, {"what is it?", "who?"}, settings),
            (std::vector<std::string>{"umbrella", "umbrella"}));
}

}  // namespace
}  // namespace blip
