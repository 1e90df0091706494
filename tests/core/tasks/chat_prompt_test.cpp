#include "core/tasks/chat_prompt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip {
namespace {

using testing::HasSubstr;

constexpr const char* kForm = "Question: {} Answer:";

TEST(ChatPrompt, TheQuestionStandsInItsPlace) {
  EXPECT_EQ(filled_prompt(kForm, "what is red?"), "Question: what is red? Answer:");
  EXPECT_EQ(filled_prompt("{}", "describe it"), "describe it");
  EXPECT_EQ(filled_prompt("{} is", "a {} b"), "a {} b is");
}

TEST(ChatPrompt, AConversationIsWrittenAsInThePaper) {
  const std::vector<ChatTurn> history{{"which city is this?", "singapore"}, {"why?", "it has a statue of a merlion"}};
  EXPECT_EQ(chat_prompt(kForm, history, "where is the name from?"),
            "Question: which city is this? Answer: singapore. Question: why? Answer: it has a statue of a merlion. "
            "Question: where is the name from? Answer:");
  EXPECT_EQ(chat_prompt(kForm, {}, "why?"), "Question: why? Answer:");
}

TEST(ChatPrompt, AnAnswerThatEndsASentenceGetsNoSecondMark) {
  EXPECT_EQ(chat_prompt("{}", std::vector<ChatTurn>{{"a", "Yes."}, {"b", "No!"}, {"c", "what?"}}, "d"),
            "a Yes. b No! c what? d");
}

TEST(ChatPrompt, AFormWithoutOnePlaceIsRefused) {
  for (const char* form : {"Question:", "{} or {}", "{", ""}) {
    try {
      filled_prompt(form, "why?");
      ADD_FAILURE() << form;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
      EXPECT_THAT(error.what(), HasSubstr("exactly one {}"));
    }
  }
}

}  // namespace
}  // namespace blip
