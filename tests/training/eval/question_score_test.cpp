#include "training/eval/question_score.h"

#include <gtest/gtest.h>

#include "core/tasks/answerer.h"
#include "core/tasks/frame_encoder.h"
#include "tests/training/eval/listed_samples.h"
#include "tests/training/eval/tiny_task.h"
#include "training/eval/live_model.h"

namespace blip {
namespace {

TEST(QuestionScore, AnswersAreComparedWholeAndCountedByKind) {
  const Tokenizer tokenizer = test::synth_tokenizer();
  const auto task = test::tiny_task("vqa", tokenizer);
  LoadedModel model = open_live_model(*task, tokenizer);
  std::vector<Clip> clips;
  for (const RgbImage& image : {test::plain_image(0, 0, 0), test::plain_image(255, 255, 0)}) {
    const ImageView view = image.view();
    clips.push_back({encode_frames(model, std::span(&view, 1))});
  }
  const std::string asked = "what color is the ring?";
  const std::string answer_of_first = answer(model, clips[0], asked).text;
  ASSERT_FALSE(answer_of_first.empty());
  const std::vector<std::vector<synth::Question>> questions = {
      {{asked, answer_of_first, "color"}, {asked, answer_of_first + " zebra", "color"}},
      {{"is there a star?", "zebra", "exist"}}};
  Figures figures;
  score_questions(model, clips, questions, "vqa", "VQA", figures);
  EXPECT_DOUBLE_EQ(figures.find("vqa")->value, 1.0 / 3);
  EXPECT_DOUBLE_EQ(figures.find("vqa.color")->value, 0.5);
  EXPECT_EQ(figures.find("vqa.exist")->value, 0);
  EXPECT_EQ(figures.find("vqa.exist")->count, 1);
}

// More questions than are decoded at once.
TEST(QuestionScore, ManyQuestionsGetTheAnswersTheyGetAlone) {
  const Tokenizer tokenizer = test::synth_tokenizer();
  const auto task = test::tiny_task("vqa", tokenizer);
  LoadedModel model = open_live_model(*task, tokenizer);
  const RgbImage image = test::plain_image(1, 2, 3);
  const ImageView view = image.view();
  const Clip clip{encode_frames(model, std::span(&view, 1))};
  const std::vector<std::string> texts = {"what color is the ring?", "is there a star?", "how many shapes are there?"};
  std::vector<ClipQuestion> questions;
  for (std::size_t i = 0; i < 34; ++i) questions.push_back({&clip, texts[i % texts.size()]});
  const auto answers = generate_answers(model, questions);
  ASSERT_EQ(answers.size(), questions.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string alone = answer(model, clip, texts[i]).text;
    EXPECT_EQ(answers[i], alone);
    EXPECT_EQ(answers[i + 30], alone);
  }
}

}  // namespace
}  // namespace blip
