#include "training/eval/task_measures.h"

#include <gtest/gtest.h>

#include "tests/training/eval/listed_samples.h"
#include "tests/training/eval/tiny_task.h"
#include "training/eval/caption_score.h"
#include "training/eval/live_model.h"

namespace blip {
namespace {

class TaskMeasures : public testing::Test {
 protected:
  LoadedModel model_of(const std::string& name) {
    task_ = test::tiny_task(name, tokenizer_);
    return open_live_model(*task_, tokenizer_);
  }
  static SampleReader reader(std::vector<Sample> samples) {
    return {std::make_shared<test::ListedSamples>(std::move(samples)), 0};
  }
  static double metric(const Evaluation& evaluation, const std::string& name) {
    for (const auto& [key, value] : evaluation.metrics)
      if (key == name) return value;
    throw std::runtime_error("no metric '" + name + "'");
  }
  static Sample sample(std::string text) {
    Sample result;
    result.id = text;
    result.image = test::plain_image(200, 30, 30);
    result.text = std::move(text);
    return result;
  }

  const Tokenizer tokenizer_ = test::synth_tokenizer();
  std::unique_ptr<TrainingTask> task_;
};

TEST_F(TaskMeasures, CaptionsAreHeldAgainstTheReferences) {
  LoadedModel model = model_of("caption");
  CaptionOptions options;
  options.generation.num_beams = 1;
  Sample right = sample("");
  right.text = measure_captions(model, reader({sample("zebra")}), options).samples.at(0).prediction;
  ASSERT_FALSE(right.text.empty());
  EXPECT_NEAR(metric(measure_captions(model, reader({right}), options), "val_bleu4"), 1, 1e-3) << right.text;
  // A wrong reference beside the right one changes nothing for BLEU.
  Sample both = right;
  both.captions = {"zebra", right.text};
  EXPECT_NEAR(metric(measure_captions(model, reader({both}), options), "val_bleu4"), 1, 1e-3);
  const Evaluation wrong = measure_captions(model, reader({sample("zebra"), sample("horse")}), options);
  EXPECT_NEAR(metric(wrong, "val_bleu4"), 0, 1e-3);
  EXPECT_EQ(metric(wrong, "val_cider_bleu4"), metric(wrong, "val_cider") + metric(wrong, "val_bleu4"));
  EXPECT_EQ(wrong.samples.at(1).truth, "horse");
  EXPECT_TRUE(wrong.samples.at(1).jpeg.starts_with("\xFF\xD8"));
}

TEST_F(TaskMeasures, PicturesAndTextsFindEachOther) {
  LoadedModel model = model_of("retrieval");
  Sample first = sample("a red ring"), second = sample("a blue star"), same = first;
  first.image_index = same.image_index = 0;
  second.image_index = 1;
  // One picture with one caption is always found; the row of the same picture adds none.
  const Evaluation alone = measure_retrieval(model, reader({first, same}), 256);
  EXPECT_EQ(metric(alone, "val_recall"), 1);
  // Equal pictures cannot be told apart, and of equal ones the later comes first: R@1 of pictures is 1/2.
  const Evaluation tied = measure_retrieval(model, reader({first, second}), 256);
  EXPECT_NEAR(metric(tied, "val_image_recall"), 2.5 / 3, 1e-9);
  EXPECT_NEAR(metric(tied, "val_recall"), (metric(tied, "val_text_recall") + 2.5 / 3) / 2, 1e-9);
  EXPECT_THROW(measure_retrieval(model, reader({sample("a ring")}), 256), Error);
}

TEST_F(TaskMeasures, AnAnswerOfThreeInTenIsRight) {
  LoadedModel model = model_of("vqa");
  Sample asked = sample("what color is the ring?");
  asked.answers = {{"zebra", 1}};
  const Evaluation wrong = measure_answers(model, reader({asked}));
  EXPECT_EQ(metric(wrong, "val_accuracy"), 0);
  const std::string prediction = wrong.samples.at(0).prediction;
  const std::string answer = prediction.substr(asked.text.size() + 1);
  const auto accuracy = [&](std::vector<WeightedAnswer> answers) {
    asked.answers = std::move(answers);
    return metric(measure_answers(model, reader({asked})), "val_accuracy");
  };
  EXPECT_EQ(accuracy({{answer, 0.2F}}), 1);  // the sole one
  EXPECT_NEAR(accuracy({{"zebra", 0.9F}, {answer, 0.1F}}), 1.0 / 3, 1e-6);
  EXPECT_EQ(accuracy({{"zebra", 0.6F}, {answer, 0.4F}}), 1);
  EXPECT_THROW(accuracy({}), Error);
}

TEST_F(TaskMeasures, StatementsAreJudged) {
  LoadedModel model = model_of("nlvr2");
  {
    const torch::NoGradGuard no_grad;  // always "true"
    test::state_tensor(*task_, "cls_head.2.weight").zero_();
    test::state_tensor(*task_, "cls_head.2.bias").copy_(torch::tensor({0.0F, 1.0F}));
  }
  std::vector<Sample> samples;
  for (const std::int64_t label : {1, 0, 1, 1}) {
    samples.push_back(sample("there are two rings"));
    samples.back().second_image = test::plain_image(0, 0, 99);
    samples.back().label = label;
  }
  const Evaluation evaluation = measure_statements(model, reader(samples));
  EXPECT_DOUBLE_EQ(metric(evaluation, "val_accuracy"), 0.75);
  EXPECT_EQ(evaluation.samples.at(1).truth, "false");
}

}  // namespace
}  // namespace blip
