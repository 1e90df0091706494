#include "training/apps/train_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace blip {
namespace {

using testing::ElementsAre;

std::shared_ptr<const TrainSettings> parse(const std::string& line) {
  CLI::App app;
  auto settings = add_train_commands(app);
  app.parse(line);
  return settings;
}

TEST(TrainCommand, ReadsItsOptions) {
  const auto settings =
      parse("finetune caption r.yaml -o out --data d --init m.pth --set a.b=1 --set c=2 --resume --threads 3");
  EXPECT_EQ(settings->task, "caption");
  EXPECT_EQ(settings->recipe, "r.yaml");
  EXPECT_EQ(settings->output, "out");
  EXPECT_EQ(settings->data, "d");
  EXPECT_EQ(settings->init, "m.pth");
  EXPECT_THAT(settings->set, ElementsAre("a.b=1", "c=2"));
  EXPECT_TRUE(settings->resume);
  EXPECT_FALSE(settings->restart);
  EXPECT_EQ(settings->threads, 3);
}

TEST(TrainCommand, EveryTaskIsThere) {
  EXPECT_EQ(parse("pretrain r")->task, "pretrain");
  for (const char* task : {"caption", "retrieval", "vqa", "nlvr2"})
    EXPECT_EQ(parse("finetune " + std::string(task) + " r")->task, task);
}

TEST(TrainCommand, RefusesWhatDoesNotGo) {
  for (const char* line : {"pretrain", "finetune", "finetune paint r", "pretrain r --resume --restart",
                           "pretrain r --nproc 0", "pretrain r --threads x", "pretrain r s"})
    EXPECT_THROW(parse(line), CLI::ParseError) << line;
}

}  // namespace
}  // namespace blip
