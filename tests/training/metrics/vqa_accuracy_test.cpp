#include "training/metrics/vqa_accuracy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"

namespace blip {
namespace {

// `same` of ten people say "red", the others something else each.
AnsweredQuestion asked(const std::string& prediction, int same) {
  AnsweredQuestion question{prediction, {}, "what color", "other"};
  for (int i = 0; i < 10; ++i) question.answers.push_back(i < same ? "red" : "other " + std::to_string(i));
  return question;
}

double accuracy_of(const AnsweredQuestion& question, VqaRule rule = VqaRule::kOfficial) {
  return vqa_accuracy(std::vector<AnsweredQuestion>{question}, rule).overall;
}

TEST(VqaAccuracy, ThreeOfTheOthersMakeAWholePoint) {
  EXPECT_DOUBLE_EQ(accuracy_of(asked("red", 10)), 1);
  EXPECT_DOUBLE_EQ(accuracy_of(asked("red", 4)), 1);
  // Three say so: without one of them two are left, of three; without one of the other seven all three.
  EXPECT_DOUBLE_EQ(accuracy_of(asked("red", 3)), (3 * 2 / 3.0 + 7) / 10);
  EXPECT_DOUBLE_EQ(accuracy_of(asked("red", 1)), 9 * (1 / 3.0) / 10);
  EXPECT_DOUBLE_EQ(accuracy_of(asked("blue", 3)), 0);
}

TEST(VqaAccuracy, OfGqaThePredictionAloneIsBroughtToOneForm) {
  const AnsweredQuestion question{"The Dog.", {"dog"}, "", ""};
  EXPECT_DOUBLE_EQ(accuracy_of(question, VqaRule::kExact), 1);
  EXPECT_DOUBLE_EQ(accuracy_of({"dogs", {"dog"}, "", ""}, VqaRule::kExact), 0);
  EXPECT_DOUBLE_EQ(accuracy_of({"dog", {"Dog"}, "", ""}, VqaRule::kExact), 0);
}

TEST(VqaAccuracy, BothSidesAreBroughtToOneFormUnlessAllAnswersAreTheSame) {
  EXPECT_DOUBLE_EQ(accuracy_of(asked("The Red!", 5)), 1);
  EXPECT_DOUBLE_EQ(accuracy_of(asked("The Red!", 10)), 0);
  EXPECT_DOUBLE_EQ(accuracy_of(asked(" red\n", 10)), 1);
  AnsweredQuestion question{"2 dogs", {"two dogs", "Two dogs", "two dogs.", "cats"}, "", ""};
  EXPECT_DOUBLE_EQ(accuracy_of(question), (3 * 2 / 3.0 + 1) / 4);
}

TEST(VqaAccuracy, TheOlderRuleLeavesNumbersInTheAnswers) {
  const AnsweredQuestion question{"two dogs", {"two dogs", "two dogs", "two dogs", "two dogs", "cats"}, "", ""};
  EXPECT_DOUBLE_EQ(accuracy_of(question, VqaRule::kOfficial), 1);
  EXPECT_DOUBLE_EQ(accuracy_of(question, VqaRule::kOlder), 0);  // the prediction is "2 dogs" now
  EXPECT_DOUBLE_EQ(accuracy_of(asked("The Red!", 10), VqaRule::kOlder), 1);
}

TEST(VqaAccuracy, IsCountedByType) {
  std::vector<AnsweredQuestion> questions = {asked("red", 10), asked("blue", 5), asked("red", 10)};
  questions[2].question_type = "how many";
  questions[2].answer_type = "number";
  const VqaAccuracy accuracy = vqa_accuracy(questions);
  EXPECT_DOUBLE_EQ(accuracy.overall, 2 / 3.0);
  EXPECT_DOUBLE_EQ(accuracy.by_question_type.at("what color"), 0.5);
  EXPECT_DOUBLE_EQ(accuracy.by_answer_type.at("number"), 1);
  EXPECT_EQ(accuracy.each, (std::vector<double>{1, 0, 1}));
}

TEST(VqaAccuracy, AQuestionWithoutAnswersIsRefused) {
  EXPECT_THROW(accuracy_of({"red", {}, "", ""}), Error);
  EXPECT_EQ(vqa_accuracy({}).overall, 0);
}

TEST(VqaAccuracyGolden, AgreesWithTheEvaluationCodeOfVqa) {
  const auto file = test::read_json(test::golden_dir() / "metrics" / "vqa_accuracy.json");
  std::map<std::int64_t, std::string> predictions;
  for (const auto& one : file.at("predictions")) predictions[one.at("question_id")] = one.at("answer");
  std::vector<AnsweredQuestion> questions;
  std::vector<std::string> ids;
  for (const auto& one : file.at("annotations")) {
    const auto id = one.at("question_id").get<std::int64_t>();
    AnsweredQuestion question{predictions.at(id), {}, one.at("question_type"), one.at("answer_type")};
    for (const auto& answer : one.at("answers")) question.answers.push_back(answer.at("answer"));
    questions.push_back(std::move(question));
    ids.push_back(std::to_string(id));
  }
  ASSERT_FALSE(questions.empty());
  const auto percent = [](double part) { return std::round(100 * 100 * part) / 100; };
  constexpr double kHalfAHundredth = 0.0051;  // both are rounded to two places
  for (const auto& [name, rule] : {std::pair("official", VqaRule::kOfficial), {"older_rule_port", VqaRule::kOlder}}) {
    const auto& expected = file.at(name);
    const VqaAccuracy found = vqa_accuracy(questions, rule);
    EXPECT_NEAR(percent(found.overall), expected.at("overall").get<double>(), kHalfAHundredth) << name;
    for (const auto& [type, value] : expected.at("perAnswerType").items())
      EXPECT_NEAR(percent(found.by_answer_type.at(type)), value.get<double>(), kHalfAHundredth) << name << " " << type;
    if (expected.contains("perQuestionType")) {
      for (const auto& [type, value] : expected.at("perQuestionType").items())
        EXPECT_NEAR(percent(found.by_question_type.at(type)), value.get<double>(), kHalfAHundredth) << name << type;
    }
    for (std::size_t i = 0; i < ids.size(); ++i)
      EXPECT_NEAR(percent(found.each[i]), expected.at("perQuestion").at(ids[i]).get<double>(), kHalfAHundredth)
          << name << " " << ids[i] << " " << questions[i].prediction;
  }
}

}  // namespace
}  // namespace blip
