#include "training/eval/task_evaluator.h"

#include <gtest/gtest.h>

#include "tests/training/eval/listed_samples.h"
#include "tests/training/eval/tiny_task.h"
#include "training/distributed/communicator.h"

namespace blip {
namespace {

// Rank 1 of 2: what rank 0 sends is 0.5, whatever it is.
class SecondRank final : public Communicator {
 public:
  int rank() const noexcept override { return 1; }
  int size() const noexcept override { return 2; }
  void average_(torch::Tensor&) override {}
  void sum_(torch::Tensor&) override {}
  void broadcast_(torch::Tensor& tensor) override { tensor.fill_(0.5); }
  torch::Tensor gather(const torch::Tensor& tensor) override { return tensor; }
  torch::Tensor gather_with_grad(const torch::Tensor& tensor) override { return tensor; }
  void barrier() override {}
};

std::shared_ptr<const Dataset> one_sample() {
  Sample sample;
  sample.id = "one";
  sample.image = sample.second_image = test::plain_image(9, 90, 200);
  sample.text = "a blue ring";
  sample.answers = {{"blue", 1}};
  sample.image_index = 0;
  sample.label = 1;
  return std::make_shared<test::ListedSamples>(std::vector{sample});
}

std::vector<std::string> names(const Evaluation& evaluation) {
  std::vector<std::string> result;
  for (const auto& [name, value] : evaluation.metrics) {
    EXPECT_TRUE(value >= 0 && value <= 11) << name << " " << value;
    result.push_back(name);
  }
  return result;
}

TEST(TaskEvaluator, EveryFineTuningHasItsMetric) {
  const Tokenizer tokenizer = test::synth_tokenizer();
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {"caption", {"val_cider", "val_bleu4", "val_cider_bleu4"}},
      {"retrieval", {"val_text_recall", "val_image_recall", "val_recall"}},
      {"vqa", {"val_accuracy"}},
      {"nlvr2", {"val_accuracy"}}};
  SecondRank other;
  for (const auto& [name, metrics] : cases) {
    const auto task = test::tiny_task(name, tokenizer);
    const auto evaluator = make_task_evaluator(name, one_sample(), tokenizer);
    const torch::Tensor random = random_state(torch::kCPU);
    EXPECT_EQ(names(evaluator->evaluate(*task, nullptr)), metrics);
    EXPECT_TRUE(torch::equal(random_state(torch::kCPU), random)) << name;
    const Evaluation received = evaluator->evaluate(*task, &other);
    EXPECT_EQ(names(received), metrics);
    EXPECT_EQ(received.metrics[0].second, 0.5);
  }
}

TEST(TaskEvaluator, PreTrainingHasNoneAndOtherTasksAreRefused) {
  const Tokenizer tokenizer = test::synth_tokenizer();
  EXPECT_EQ(make_task_evaluator("pretrain", one_sample(), tokenizer), nullptr);
  EXPECT_THROW(make_task_evaluator("dance", one_sample(), tokenizer), Error);
}

TEST(TaskEvaluator, AListGivesAllMetricsInOrder) {
  const Tokenizer tokenizer = test::synth_tokenizer();
  const auto task = test::tiny_task("vqa", tokenizer);
  std::vector<std::unique_ptr<Evaluator>> two;
  for (const char* name : {"first", "second"})
    two.push_back(std::make_unique<TaskEvaluator>(tokenizer, std::vector<std::string>{name}, [name](LoadedModel&) {
      return Evaluation{{{name, 1}}, {{"", name, ""}}};
    }));
  const Evaluation all = EvaluatorList(std::move(two)).evaluate(*task, nullptr);
  EXPECT_EQ(names(all), (std::vector<std::string>{"first", "second"}));
  EXPECT_EQ(all.samples.size(), 2U);
}

}  // namespace
}  // namespace blip
