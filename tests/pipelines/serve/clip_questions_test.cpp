// On an engine that knows a picture's colour.
#include "pipelines/serve/clip_questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/pipelines/support/clips.h"
#include "tests/support/fake_engine/fake_engine.h"

namespace blip {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::SizeIs;

ModelSettings shipped(const std::string& name) {
  ModelSettings model;
  model.model = std::string(BLIP_SOURCE_DIR) + "/training/pretrained/" + name;
  return model;
}

class ClipQuestionsTest : public testing::Test {
 protected:
  void SetUp() override { test::fake_engine().reset(); }
  const std::string clip_ = test::kept_clip("talk.mp4", {});  // a second of red, one of blue
};

TEST(QuestionTimes, AreTheMiddlesOfEqualParts) {
  EXPECT_THAT(question_times(10, 12, 16), ElementsAre(10.25, 10.75, 11.25, 11.75));
  EXPECT_THAT(question_times(3, 3, 16), ElementsAre(3));
  EXPECT_THAT(question_times(0, 0.1, 16), ElementsAre(DoubleNear(0.05, 1e-12)));
  EXPECT_THAT(question_times(0, 3600, 16), SizeIs(16));
  EXPECT_THAT(question_times(0, 3600, 4), ElementsAre(450, 1350, 2250, 3150));
  EXPECT_EQ(question_times(0, 3600, 16).front(), 112.5);
}

TEST_F(ClipQuestionsTest, AnswersAboutTheStretchThatIsMeant) {
  ClipQuestions questions(shipped("vqa"));
  EXPECT_EQ(questions.missing(), "");
  const ClipAnswer red = questions.ask({clip_, "what color?", 0, 0.9, {}});
  const ClipAnswer blue = questions.ask({clip_, "what color?", 1.1, 1.9, {}});
  EXPECT_THAT(red.answer, HasSubstr("red"));
  EXPECT_THAT(blue.answer, HasSubstr("blue"));
  EXPECT_THAT(red.frames, SizeIs(2));
  EXPECT_THAT(questions.ask({clip_, "what color?", 0, 0, {}}).frames, Each(testing::AllOf(Ge(0), Le(2))));
}

TEST_F(ClipQuestionsTest, AModelThatAnswersNothingIsSeenBeforeTheFirstQuestion) {
  ClipQuestions captions(shipped("caption")), nothing(shipped("nothing"));
  EXPECT_THAT(captions.missing(), HasSubstr("--answer-model"));
  EXPECT_THAT(nothing.missing(), HasSubstr("nothing"));
  EXPECT_THROW(captions.ask({clip_, "what?", 0, 1, {}}), Error);
}

TEST_F(ClipQuestionsTest, AVideoThatIsGoneIsAnError) {
  ClipQuestions questions(shipped("vqa"));
  EXPECT_THROW(questions.ask({"/does/not/exist.mp4", "what?", 0, 1, {}}), Error);
}

TEST_F(ClipQuestionsTest, CancelledOnesEnd) {
  ClipQuestions questions(shipped("vqa"));
  questions.cancel();
  try {
    questions.ask({clip_, "what?", 0, 1, {}});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(static_cast<int>(e.kind()), static_cast<int>(ErrorKind::kCancelled));
  }
}

}  // namespace
}  // namespace blip
