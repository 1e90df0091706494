#include "training/trainer/trainer.h"
#include "core/model/compute_threads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <random>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"
#include "tests/training/trainer/fake_training.h"
#include "training/config/recipe_reader.h"
#include "training/distributed/single_process.h"
#include "training/trainer/validation_loss.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using test::FakeEvaluator;
using test::FakeMonitor;
using test::FakeSource;
using test::FakeTask;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::int64_t kBatchesPerEpoch = 7, kBatchSize = 4;

Recipe recipe_with(const std::vector<std::string>& settings = {}) {
  std::vector<std::string> all = {
      "optimizer.batch_size=4",  "optimizer.lr=0.05",     "schedule.kind=cosine_per_step", "schedule.steps=20",
      "schedule.warmup_steps=3", "schedule.min_lr=0.001", "checkpoints.every_minutes=0",   "log_every=1"};
  all.insert(all.end(), settings.begin(), settings.end());
  return parse_recipe("task: caption\n", "test", all);
}

struct Training {
  explicit Training(const fs::path& folder, Recipe used = recipe_with(), std::int64_t width = 4)
      : recipe(std::move(used)), task(width), output{folder} {}

  TrainingEnd run(TrainingStart start, Evaluator* evaluator = nullptr) {
    monitor.steps_asked = 0;
    Trainer trainer(recipe, {task, data, communicator, monitor, evaluator}, {.output = output, .start = start});
    return trainer.run();
  }
  std::vector<torch::Tensor> weights() const { return test::copies_of(task.state()); }

  Recipe recipe;
  FakeTask task;
  FakeSource data{kBatchesPerEpoch, kBatchSize};
  SingleProcess communicator;
  FakeMonitor monitor;
  OutputFolder output;
};

// Every line without what depends on the clock.
std::vector<std::string> logged(const fs::path& file) {
  std::vector<std::string> lines;
  for (const auto& [step, values] : read_metrics(file)) {
    std::string line = std::to_string(step);
    for (const auto& [name, value] : values)
      if (name != "samples_per_second") line += " " + name + "=" + std::to_string(value);
    lines.push_back(line);
  }
  return lines;
}

std::vector<torch::Tensor> uninterrupted(const Recipe& recipe) {
  const test::TempDir folder;
  Training training(folder / "out", recipe);
  EXPECT_EQ(training.run(TrainingStart::kNew), TrainingEnd::kDone);
  return training.weights();
}

TEST(Trainer, LearnsAndLeavesItsFiles) {
  const test::TempDir folder;
  Training training(folder / "out", recipe_with({"schedule.steps=200"}));
  EXPECT_EQ(training.run(TrainingStart::kNew), TrainingEnd::kDone);
  const auto lines = read_metrics(training.output.metrics());
  ASSERT_EQ(lines.size(), 200u);
  EXPECT_LT(lines.back().second[0].second, lines.front().second[0].second / 10);
  EXPECT_EQ(training.monitor.last.step, 200);
  EXPECT_EQ(training.monitor.last.epoch, 199 / kBatchesPerEpoch);
  for (const fs::path& file : {training.output.recipe(), training.output.report()})
    EXPECT_GT(fs::file_size(file), 100u);
  EXPECT_THAT(CheckpointStore(training.output.checkpoints()).steps(), ElementsAre(200));
}

TEST(Trainer, ResumesBitForBitAfterCtrlC) {
  const Recipe recipe = recipe_with();
  const test::TempDir whole_folder, folder;
  Training whole(whole_folder / "out", recipe);
  whole.run(TrainingStart::kNew);
  for (const std::int64_t stop : {1, 7, 8, 19}) {
    const fs::path out = folder / std::to_string(stop);
    Training first(out, recipe);
    first.monitor.stop_at = stop;
    ASSERT_EQ(first.run(TrainingStart::kNew), TrainingEnd::kInterrupted);
    Training second(out, recipe);
    ASSERT_EQ(second.run(TrainingStart::kResume), TrainingEnd::kDone);
    EXPECT_TRUE(test::equal(second.weights(), whole.weights())) << stop;
    EXPECT_EQ(logged(second.output.metrics()), logged(whole.output.metrics())) << stop;
  }
}

TEST(Trainer, LosesAtMostTheStepsSinceTheLastCheckpointWhenKilled) {
  set_compute_threads(1);
  const Recipe recipe = recipe_with({"checkpoints.every_steps=2", "schedule.steps=40"});
  const auto expected = uninterrupted(recipe);
  const test::TempDir folder;
  std::mt19937 random(std::random_device{}());
  std::int64_t saved = 0;
  int kills = 0;
  for (bool done = false; !done;) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      try {
        Training training(folder / "out", recipe);
        _exit(training.run(TrainingStart::kResume) == TrainingEnd::kDone ? 0 : 3);
      } catch (const std::exception& e) {
        std::fprintf(stderr, "child: %s\n", e.what());
        _exit(2);
      }
    }
    if (kills < 8) {
      // No wait for something: a moment nobody chose, anywhere in a step or in a checkpoint being written.
      ::usleep(2000 + random() % 40000);
      ::kill(child, SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    done = WIFEXITED(status);
    if (done) {
      ASSERT_EQ(WEXITSTATUS(status), 0);
    }
    ++kills;
    const auto steps = CheckpointStore(folder / "out" / "checkpoints").steps();
    if (!steps.empty()) {
      EXPECT_GE(steps.back(), saved);
      saved = steps.back();
    }
  }
  Training last(folder / "out", recipe);
  last.run(TrainingStart::kResume);  // reads the last checkpoint
  EXPECT_TRUE(test::equal(last.weights(), expected)) << "after " << kills << " kills";
}

TEST(Trainer, GoesOnFromTheCheckpointBeforeADamagedOne) {
  const Recipe recipe = recipe_with({"checkpoints.every_steps=5"});
  const test::TempDir folder;
  Training first(folder / "out", recipe);
  first.run(TrainingStart::kNew);
  const CheckpointStore store(first.output.checkpoints());
  fs::resize_file(store.path_of(20) / "state.safetensors", 1000);
  Training second(folder / "out", recipe);
  ASSERT_EQ(second.run(TrainingStart::kResume), TrainingEnd::kDone);
  EXPECT_THAT(second.monitor.messages, Contains(AllOf(HasSubstr("step-00000020"), HasSubstr("damaged"))));
  EXPECT_THAT(second.monitor.messages, Contains(HasSubstr("going on after step 15")));
  EXPECT_TRUE(test::equal(second.weights(), first.weights()));
}

TEST(Trainer, StopsAtALossThatIsNotFinite) {
  const test::TempDir folder;
  Training training(folder / "out", recipe_with({"checkpoints.every_steps=5"}));
  training.data.broken_batch = 12;
  EXPECT_THAT([&] { training.run(TrainingStart::kNew); },
              ThrowsMessage<Error>(AllOf(HasSubstr("step 13 is not finite"), HasSubstr("sample-48, sample-49"),
                                         HasSubstr("step-00000010"))));
  for (const auto& tensor : {training.weights()[0], training.weights()[1]})
    EXPECT_TRUE(tensor.isfinite().all().item<bool>());
  EXPECT_EQ(read_training_checkpoint(CheckpointStore(training.output.checkpoints()).path_of(10)).step, 10);
}

TEST(Trainer, AccumulatesPartsToTheGradientOfTheWholeBatch) {
  const test::TempDir folder;
  const auto weights = [&](std::int64_t parts) {
    Training training(folder / std::to_string(parts),
                      recipe_with({"optimizer.accumulation=" + std::to_string(parts), "schedule.steps=5"}));
    training.data = FakeSource(kBatchesPerEpoch * parts, kBatchSize / parts);
    training.task.noisy = false;
    training.task.queue_gain = 0;  // the queue moves on with every part
    training.run(TrainingStart::kNew);
    return training.weights()[0];
  };
  EXPECT_LT((weights(1) - weights(4)).abs().max().item<double>(), 1e-6);
}

TEST(Trainer, KeepsTheNewestAndTheBest) {
  const test::TempDir folder;
  Training training(folder / "out",
                    recipe_with({"checkpoints.every_steps=1", "checkpoints.keep=2", "validation.every_steps=5"}));
  FakeEvaluator evaluator({3, 1, 2, 1.5});
  training.run(TrainingStart::kNew, &evaluator);
  EXPECT_EQ(evaluator.calls, 4u);
  EXPECT_THAT(CheckpointStore(training.output.checkpoints()).steps(), ElementsAre(10, 19, 20));
  EXPECT_THAT(training.monitor.messages, Contains(AllOf(HasSubstr("step 10"), HasSubstr("best so far"))));
}

TEST(Trainer, HighestCanBeBest) {
  const test::TempDir folder;
  Training training(folder / "out", recipe_with({"checkpoints.keep=1", "validation.best_is_highest=true"}));
  FakeEvaluator evaluator({3, 1, 2});  // at the ends of epochs: 7, 14, and at 20
  training.run(TrainingStart::kNew, &evaluator);
  EXPECT_THAT(CheckpointStore(training.output.checkpoints()).steps(), ElementsAre(7, 20));
}

TEST(Trainer, ValidationChangesNothing) {
  const Recipe recipe = recipe_with({"validation.every_steps=3"});
  const auto expected = uninterrupted(recipe);
  const test::TempDir folder;
  Training training(folder / "out", recipe);
  FakeSource validation(5, kBatchSize);
  ValidationLoss evaluator(validation, 2, 0.4, false);
  training.run(TrainingStart::kNew, &evaluator);
  EXPECT_TRUE(test::equal(training.weights(), expected));
}

TEST(Trainer, RefusesAFolderThatHoldsATraining) {
  const test::TempDir folder;
  Training training(folder / "out");
  training.run(TrainingStart::kNew);
  EXPECT_THAT([&] { Training(folder / "out").run(TrainingStart::kNew); },
              ThrowsMessage<Error>(AllOf(HasSubstr("at step 20"), HasSubstr("--resume"))));
  Training again(folder / "out");
  again.run(TrainingStart::kRestart);
  EXPECT_EQ(read_metrics(again.output.metrics()).size(), 20u);
}

TEST(Trainer, RefusesToGoOnWithAnotherRecipeOrModel) {
  const test::TempDir folder;
  Training(folder / "out").run(TrainingStart::kNew);
  EXPECT_THAT([&] { Training(folder / "out", recipe_with({"optimizer.lr=0.5"})).run(TrainingStart::kResume); },
              ThrowsMessage<Error>(HasSubstr("optimizer.lr was 0.05 and is 0.5")));
  EXPECT_THAT([&] { Training(folder / "out", recipe_with(), 5).run(TrainingStart::kResume); },
              ThrowsMessage<Error>(HasSubstr("'w' is float32 [4] but the model needs float32 [5]")));
}

TEST(Trainer, ClipsTheGradient) {
  const test::TempDir folder;
  Training training(folder / "out", recipe_with({"optimizer.clip_norm=0.001", "schedule.steps=1"}));
  training.run(TrainingStart::kNew);
  auto& gradients = training.task.flat_parameters().gradients();
  EXPECT_NEAR(gradients.norm().item<double>(), 0.001, 1e-6);
}

}  // namespace
}  // namespace blip
