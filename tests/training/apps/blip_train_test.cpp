#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/training/apps/blip_train_program.h"
#include "tests/training/apps/tiny_world.h"

namespace blip {
namespace {

using test::blip_train;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(BlipTrain, WrongUsageIsOneLineAndExitCode2) {
  const test::TinyWorld world;
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"finetune", "caption", world.recipe("pretrain")},
      {"pretrain", world.recipe("pretrain"), "--set", "optimizer.rate=1"},
  };
  for (const auto& arguments : wrong) {
    const auto result = blip_train(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_THAT(result.err_lines(), SizeIs(1));
    EXPECT_THAT(result.out, IsEmpty());
  }
  const auto missing = blip_train({"pretrain", "no_such_recipe"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err_lines(), ElementsAre(HasSubstr("synth_quick_pretrain")));
}

TEST(BlipTrain, HelpHasExamples) {
  const auto help = blip_train({"pretrain", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("Examples:"), HasSubstr("--resume"), HasSubstr("--set")));
}

}  // namespace
}  // namespace blip
