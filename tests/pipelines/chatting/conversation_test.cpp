// On an engine that answers what it is told to.
#include "pipelines/chatting/conversation.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/base/error.h"
#include "tests/support/fake_engine/fake_answers.h"
#include "tests/support/fake_engine/fake_engine.h"

namespace blip {
namespace {

class ConversationTest : public testing::Test {
 protected:
  void SetUp() override {
    test::fake_engine().reset();
    ModelOptions options;
    options.model = "fake";
    model_ = test::fake_engine_api().open(options).value();
    stream_ = std::move(model_->open_stream({}).value());
  }
  // The histories that the model was told, "question=answer;" each.
  static std::vector<std::string> histories() {
    std::vector<std::string> told;
    for (const auto& request : test::fake_engine().requests()) {
      told.emplace_back();
      for (const ChatTurn& turn : request.answer.history) told.back() += turn.question + "=" + turn.answer + ";";
    }
    return told;
  }

  std::shared_ptr<Model> model_;
  std::unique_ptr<Stream> stream_;
};

TEST_F(ConversationTest, EachQuestionComesWithTheNewestTurnsBeforeIt) {
  test::fake_engine().script({"a", "b", "c", "d"});
  Conversation talk(*stream_, {}, 2);
  for (const char* question : {"1", "2", "3", "4"}) talk.ask(question);
  EXPECT_EQ(histories(), (std::vector<std::string>{"", "1=a;", "1=a;2=b;", "2=b;3=c;"}));
  EXPECT_EQ(talk.said().size(), 4u);
  talk.clear();
  EXPECT_TRUE(talk.said().empty());
  talk.ask("5");
  EXPECT_EQ(histories().back(), "");
}

TEST_F(ConversationTest, WithoutTurnsEachQuestionStandsAlone) {
  test::fake_engine().script({"a", "b"});
  Conversation talk(*stream_, {}, 0);
  talk.ask("1");
  talk.ask("2");
  EXPECT_EQ(histories(), (std::vector<std::string>{"", ""}));
}

TEST_F(ConversationTest, AnAnswerIsOneLine) {
  test::fake_engine().script({" it is \n\n red\t"});
  Conversation talk(*stream_, {}, 4);
  EXPECT_EQ(talk.ask("1").text, "it is red");
  EXPECT_EQ(talk.said().at(0).answer, "it is red");
}

TEST_F(ConversationTest, WhatFailsIsNoTurn) {
  Conversation talk(*stream_, {}, 4);
  test::fake_engine().fail_next(1, ErrorKind::kFailed, "broken");
  EXPECT_THROW(talk.ask("1"), Error);
  EXPECT_TRUE(talk.said().empty());
}

TEST_F(ConversationTest, IsAboutTheClipThatIsLookedAt) {
  Conversation talk(*stream_, {}, 4);
  talk.look_at({{std::make_shared<test::FakeFeatures>("red")}});
  EXPECT_EQ(talk.ask("color?").text, "red");
  talk.look_at({{std::make_shared<test::FakeFeatures>("blue")}});
  EXPECT_EQ(talk.ask("and now?").text, "blue");
  EXPECT_EQ(histories().back(), "color?=red;");
}

}  // namespace
}  // namespace blip
