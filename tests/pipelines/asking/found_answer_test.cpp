#include "pipelines/asking/found_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip {
namespace {

using testing::ElementsAre;
using Detail = std::pair<std::string, std::string>;

TEST(FoundAnswer, BecomesARecord) {
  FoundAnswer answer;
  answer.question = "what \"color\"?";
  answer.text = "red";
  answer.score = -0.5;
  answer.confidence = 0.25;
  answer.token_ids = {7, 3};
  const TimedRecord plain = answer_record(answer, false, false);
  EXPECT_EQ(plain.text, "red");
  EXPECT_EQ(plain.remark, "");
  EXPECT_THAT(plain.details, ElementsAre(Detail("question", "\"what \\\"color\\\"?\""), Detail("score", "-0.5"),
                                         Detail("confidence", "0.25")));
  const TimedRecord full = answer_record(answer, true, true);
  EXPECT_EQ(full.remark, "what \"color\"?");
  EXPECT_EQ(full.details.back(), Detail("token_ids", "[7,3]"));
}

TEST(FoundAnswer, OfAListHasItsPlaceThere) {
  FoundAnswer answer;
  answer.question = "q";
  answer.text = "red";
  answer.index = 4;
  answer.loss = 1.5;
  answer.first_token_probability = 0.5;
  EXPECT_THAT(answer_record(answer, false, true).details,
              ElementsAre(Detail("question", "\"q\""), Detail("answer_index", "4"), Detail("loss", "1.5"),
                          Detail("first_token_probability", "0.5")));
}

TEST(FoundAnswer, IsReadFromTheElementsRecords) {
  const auto one = parse_answers(R"({"source":"a","start":0.5,"end":2,"text":"red","question":"q","score":-1,
                                     "confidence":0.5,"token_ids":[7]})");
  EXPECT_EQ(one.start, 500'000'000);
  EXPECT_EQ(one.end, 2'000'000'000);
  ASSERT_EQ(one.answers.size(), 1u);
  EXPECT_EQ(one.answers[0].text, "red");
  EXPECT_EQ(one.answers[0].token_ids, std::vector<std::int64_t>{7});
  const auto two = parse_answers(R"({"source":"a","start":0,"end":2,"text":"red; 2","answers":[
      {"question":"q","answer":"red","answer_index":1,"loss":2.5,"first_token_probability":0.5},
      {"question":"r","answer":"2","answer_index":0,"loss":1,"first_token_probability":0.25}]})");
  ASSERT_EQ(two.answers.size(), 2u);
  EXPECT_EQ(two.answers[0].index, 1);
  EXPECT_EQ(two.answers[1].text, "2");
  EXPECT_EQ(two.answers[1].loss, 1);
}

TEST(FoundAnswer, RefusesWhatIsNoRecord) {
  for (const char* json : {"", "{}", R"({"source":"a","start":0,"end":2,"text":"red"})",
                           R"({"source":"a","start":0,"end":2,"text":"red","answers":[{"question":"q"}]})"})
    EXPECT_THROW(parse_answers(json), Error) << json;
}

}  // namespace
}  // namespace blip
