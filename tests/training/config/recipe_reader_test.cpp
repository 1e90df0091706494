#include "training/config/recipe_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

constexpr const char* kSmall = "task: caption\nmodel: {init: m.pth}\nschedule: {epochs: 2}\n";

Recipe parse(const std::string& yaml, const std::vector<std::string>& settings = {}) {
  return parse_recipe(yaml, "r.yaml", settings);
}

TEST(RecipeReader, ReadsWhatIsThereAndLeavesDefaults) {
  const Recipe recipe = parse(
      "task: retrieval\nseed: 7\nprecision: bfloat16\nmodel:\n  init: m.pth\n  text: {depth: 3}\ndata:\n  train:\n"
      "    - {kind: vqa, path: a.json, root: coco, weight: 0.5}\n    - {kind: shards, path: b}\n  flip: false\n"
      "optimizer: {lr: 1e-4, batch_size: 64}\nschedule: {kind: constant, steps: 10}\nloss: {queue_size: 128}\n");
  EXPECT_EQ(recipe.task, TrainingKind::kRetrieval);
  EXPECT_EQ(recipe.seed, 7);
  EXPECT_EQ(recipe.precision, Precision::kBFloat16);
  EXPECT_EQ(recipe.model.text.depth, 3);
  EXPECT_EQ(recipe.model.text.width, 768);
  ASSERT_EQ(recipe.data.train.size(), 2u);
  EXPECT_EQ(recipe.data.train[0].kind, SourceKind::kVqa);
  EXPECT_EQ(recipe.data.train[0].weight, 0.5);
  EXPECT_EQ(recipe.data.train[1].path, "b");
  EXPECT_FALSE(recipe.data.flip);
  EXPECT_TRUE(recipe.data.crop);
  EXPECT_EQ(recipe.optimizer.lr, 1e-4);
  EXPECT_EQ(recipe.schedule.kind, ScheduleKind::kConstant);
}

TEST(RecipeReader, DefaultsAreTheOriginalsForPreTraining) {
  const Recipe recipe = parse("task: pretrain\nschedule: {epochs: 20}\n");
  EXPECT_EQ(recipe.optimizer.lr, 3e-4);
  EXPECT_EQ(recipe.optimizer.weight_decay, 0.05);
  EXPECT_EQ(recipe.schedule.warmup_steps, 3000);
  EXPECT_EQ(recipe.schedule.decay, 0.9);
  EXPECT_EQ(recipe.loss.queue_size, 57600);
  EXPECT_EQ(recipe.loss.alpha_ramp_epochs, 2);
  EXPECT_EQ(recipe.data.min_scale, 0.2);
}

TEST(RecipeReader, NamesFileAndLineOfWhatIsWrong) {
  const auto wrong = [](const std::string& yaml, const std::string& where, const std::string& what) {
    EXPECT_THAT([&] { parse(yaml); }, ThrowsMessage<Error>(AllOf(StartsWith(where), HasSubstr(what)))) << yaml;
  };
  wrong("task: caption\noptimizer:\n  batchsize: 4\n", "r.yaml:3: ", "did you mean 'batch_size'?");
  wrong("task: caption\noptimizer:\n  lr: fast\n", "r.yaml:3: ", "'optimizer.lr' is 'fast'; expected a number");
  wrong("task: caption\noptimizer: {lr: -1}\n", "r.yaml:2: ", "from 0 to 10");
  wrong("task: captions\n", "r.yaml:1: ", "one of pretrain, caption");
  wrong("seed: 1\n", "r.yaml:1: ", "has no 'task'");
  wrong("task: caption\ndata: {train: {kind: shards}}\n", "r.yaml:2: ", "expected a list");
  wrong("task: caption\ndata:\n  train:\n    - {kind: tape, path: x}\n", "r.yaml:4: ", "one of shards");
  wrong("task: caption\nseed: 1\nseed: 2\n", "r.yaml:3: ", "there twice");
  wrong("task: caption\nmodel: big\n", "r.yaml:2: ", "expected keys and values");
}

TEST(RecipeReader, RefusesValuesThatDoNotGoTogether) {
  const auto wrong = [](const std::string& setting, const std::string& what) {
    EXPECT_THAT([&] { parse(kSmall, {setting}); }, ThrowsMessage<Error>(AllOf(StartsWith("r.yaml: "), HasSubstr(what))))
        << setting;
  };
  wrong("schedule.steps=5", "epochs 2 and steps 5; give one of the two");
  wrong("schedule.epochs=0", "give one of the two");
  wrong("schedule={epochs: 0, steps: 9, kind: cosine}", "needs schedule.epochs");
  wrong("schedule.min_lr=1", "min_lr is above optimizer.lr");
  wrong("device=tpu", "expected cpu or cuda");
  wrong("optimizer.accumulation=7", "no multiple of optimizer.accumulation, 7");
  wrong("data.val=[{kind: shards}]", "a source of data.val has no path");
  EXPECT_THAT([] { parse("task: pretrain\nschedule: {epochs: 1}\nloss: {queue_size: 601}\n"); },
              ThrowsMessage<Error>(HasSubstr("loss.queue_size is 601")));
  EXPECT_THAT([] { parse("task: pretrain\nschedule: {epochs: 1}\nmodel: {vision: {heads: 7}}\n"); },
              ThrowsMessage<Error>(HasSubstr("model.vision.width is 768")));
  EXPECT_THAT([] { parse("task: pretrain\nschedule: {epochs: 1}\nloss: {ita: 0, itm: 0, lm: 0}\n"); },
              ThrowsMessage<Error>(HasSubstr("are all 0")));
}

TEST(RecipeReader, PutsSettingsOverTheFileInTheirOrder) {
  const Recipe recipe = parse(
      kSmall, {"optimizer.lr=1e-5", "optimizer.lr=2e-5", "model.text.depth=2", "seed=9", "data.prompt='a b: '",
               "data.val=[{kind: shards, path: v, text: web}]", "loss={alpha: 0.1, momentum: 0.5}", "data.root=/x/y"});
  EXPECT_EQ(recipe.optimizer.lr, 2e-5);
  EXPECT_EQ(recipe.model.text.depth, 2);
  EXPECT_EQ(recipe.model.init, "m.pth");
  EXPECT_EQ(recipe.seed, 9);
  EXPECT_EQ(recipe.data.prompt, "a b: ");
  EXPECT_EQ(recipe.data.root, "/x/y");
  ASSERT_EQ(recipe.data.val.size(), 1u);
  EXPECT_EQ(recipe.data.val[0].text, "web");
  EXPECT_EQ(recipe.loss.alpha, 0.1);
  EXPECT_EQ(recipe.loss.queue_size, 57600);
}

TEST(RecipeReader, NamesASettingThatIsWrong) {
  const auto wrong = [](const std::string& setting, const std::string& what) {
    EXPECT_THAT([&] { parse(kSmall, {setting}); },
                ThrowsMessage<Error>(AllOf(StartsWith("--set " + setting + ": "), HasSubstr(what))))
        << setting;
  };
  wrong("optimizer.lr=fast", "'optimizer.lr' is 'fast'; expected a number");
  wrong("optimizer.rate=1", "unknown key 'rate'");
  wrong("optimiser.lr=1", "did you mean 'optimizer'?");
  wrong("optimizer.lr", "expected section.key=value");
  wrong("=1", "expected section.key=value");
  wrong("a..b=1", "expected section.key=value");
  wrong(".a=1", "expected section.key=value");
  wrong("Optimizer.lr=1", "expected section.key=value");
  wrong("seed=1.5", "expected a whole number");
  wrong("seed=", "expected a whole number");
  wrong("data.train=[{kind: shards", "this is not YAML");
  wrong("seed=1}, {task: vqa", "behind the first");
}

TEST(RecipeReader, EachFamilyHasItsOwnDefaults) {
  const Recipe texts = parse("task: lm\nschedule: {epochs: 1}\n");
  EXPECT_EQ(texts.data.max_tokens, 0);
  const Recipe stage1 = parse("task: blip2-stage1\nschedule: {epochs: 1}\ndata: {max_tokens: 20}\n");
  EXPECT_EQ(stage1.data.max_words, 50);
  EXPECT_EQ(stage1.data.max_tokens, 20);
  EXPECT_FALSE(stage1.data.rand_augment);
}

TEST(RecipeReader, RefusesSourcesAndStoredStatesOfAnotherTask) {
  const auto wrong = [](const std::string& task, const std::string& setting, const std::string& what) {
    EXPECT_THAT([&] { parse("task: " + task + "\nschedule: {epochs: 1}\n", {setting}); },
                ThrowsMessage<Error>(HasSubstr(what)))
        << setting;
  };
  wrong("lm", "data.train=[{kind: shards, path: a}]", "kind: texts");
  wrong("blip2-stage1", "data.train=[{kind: texts, path: a}]", "which lm reads");
  wrong("blip2-stage1", "data.train=[{kind: prompts, path: a}]", "blip2-stage2 alone");
  wrong("blip2-stage1", "data.features=states", "data.crop, data.flip and data.rand_augment to false");
  wrong("blip2-stage1", "model.qformer.heads=7", "no multiple of model.qformer.heads");
  wrong("lm", "model.language.heads=7", "no multiple of model.language.heads");
  wrong("lm", "validation.samples=5", "no metric of its own");
}

}  // namespace
}  // namespace blip
