#include "training/eval/evaluation_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/training/eval/picture_media.h"

namespace blip {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

Fingerprint run_of(const std::string& command) {
  Fingerprint fingerprint;
  fingerprint.command = command;
  fingerprint.data = {{"left_out", 1}, {"missing", {"gone.mp4"}}};
  fingerprint.parameters = Json::object();
  return fingerprint;
}

RunResult result_of(const std::string& command, const std::vector<std::pair<std::string, Json>>& records) {
  return evaluation_result(run_of(command), [&](const auto& take) {
    for (const auto& [key, record] : records) take(key, record);
  });
}

TEST(EvaluationResult, VideoAnswersAreRightWhenTheyAreEqual) {
  const auto record = [](const char* prediction, const char* answer, const char* type) {
    return Json{
        {"medium", "v"}, {"prediction", prediction}, {"answers", {answer}}, {"type", type}, {"answer_type", ""}};
  };
  const RunResult result = result_of("videoqa", {{"question 1", record("dog", "Dog ", "what")},
                                                 {"question 2", record("dogs", "dog", "what")},
                                                 {"question 3", record("a dog", "dog", "who")},
                                                 {"question 4", record("two", "two", "how")},
                                                 {"question 5", {{"medium", "w"}, {"failed", "broken"}}}});
  EXPECT_DOUBLE_EQ(test::metric_value(result, "accuracy"), 50);
  EXPECT_DOUBLE_EQ(test::metric_value(result, "accuracy.what"), 50);
  EXPECT_DOUBLE_EQ(test::metric_value(result, "accuracy.who"), 0);
  EXPECT_DOUBLE_EQ(test::metric_value(result, "accuracy.how"), 100);
  EXPECT_EQ(result.counts.in, 6);
  EXPECT_EQ(result.counts.failed, 1);
  EXPECT_EQ(result.counts.missing, 1);
}

TEST(EvaluationResult, VqaCountsPeopleWhoAgree) {
  const auto record = [](const char* prediction, std::vector<std::string> answers, const char* type) {
    return Json{{"medium", "p"},
                {"prediction", prediction},
                {"answers", std::move(answers)},
                {"type", "how many"},
                {"answer_type", type}};
  };
  std::vector<std::string> split(10, "2");
  split[0] = "3";  // of ten sets of nine, nine hold one "3" and one none
  const RunResult result =
      result_of("vqa", {{"question 1", record("two", split, "number")},
                        {"question 2", record("3", split, "number")},
                        {"question 3", record("yes", std::vector<std::string>(10, "no"), "yes/no")}});
  EXPECT_NEAR(test::metric_value(result, "accuracy.answer.number"), (100 + 30) / 2.0, 1e-9);
  EXPECT_NEAR(test::metric_value(result, "accuracy"), 130 / 3.0, 1e-9);
  const RunResult open = result_of("vqa", {{"question 1", record("two", {}, "")}});
  EXPECT_TRUE(open.metrics.empty());
  EXPECT_THAT(open.not_computed.at(0).reason, HasSubstr("answers.json"));
}

TEST(EvaluationResult, ACaptionThatIsItsReferenceIsPerfect) {
  const auto record = [](const char* text, const char* domain) {
    return Json{{"medium", text}, {"prediction", text}, {"references", {text}}, {"domain", domain}};
  };
  const RunResult result = result_of("caption", {{"caption 1", record("A red square, on a table.", "in-domain")},
                                                 {"caption 2", record("two green dogs are running", "out-domain")}});
  EXPECT_NEAR(test::metric_value(result, "bleu4"), 100, 1e-3);
  EXPECT_NEAR(test::metric_value(result, "rouge_l"), 100, 1e-6);
  EXPECT_NEAR(test::metric_value(result, "cider"), 1000, 1e-6);
  EXPECT_NEAR(test::metric_value(result, "cider.in-domain"), 1000, 1e-6);
}

TEST(EvaluationResult, StatementsAndDialogs) {
  const RunResult statements =
      result_of("nlvr2", {{"statement 1", {{"medium", "a + b"}, {"truth", true}, {"prediction", true}}},
                          {"statement 2", {{"medium", "a + b"}, {"truth", true}, {"prediction", false}}}});
  EXPECT_DOUBLE_EQ(test::metric_value(statements, "accuracy"), 50);
  const RunResult dialogs = result_of("visdial", {{"dialog 1", {{"medium", "a"}, {"ranks", {0, 3}}}},
                                                  {"dialog 2", {{"medium", "b"}, {"ranks", {9, 10}}}}});
  EXPECT_NEAR(test::metric_value(dialogs, "mrr"), 100 * (1 + 1 / 4.0 + 1 / 10.0 + 1 / 11.0) / 4, 1e-9);
  EXPECT_DOUBLE_EQ(test::metric_value(dialogs, "r1"), 25);
  EXPECT_DOUBLE_EQ(test::metric_value(dialogs, "r5"), 50);
  EXPECT_DOUBLE_EQ(test::metric_value(dialogs, "r10"), 75);
  EXPECT_DOUBLE_EQ(test::metric_value(dialogs, "mean_rank"), (1 + 4 + 10 + 11) / 4.0);
}

TEST(EvaluationResult, RecordsOfAnotherCommandAreRefused) {
  EXPECT_THROW(result_of("videoqa", {{"caption 1", {{"medium", "v"}}}}), Error);
  EXPECT_THROW(result_of("poetry", {}), Error);
}

}  // namespace
}  // namespace blip
