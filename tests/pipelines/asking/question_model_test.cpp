// What gst-blip ask says when it cannot have a model that answers.
#include "pipelines/asking/question_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipelines/support/clips.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/pipelines/support/scripted_engine.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

test::ProgramResult ask(const test::ProgramOptions& options, const std::vector<std::string>& more = {}) {
  std::vector<std::string> command = {test::gst_blip_program(), "ask", test::kept_clip("talk.mp4", {}), "what?"};
  command.insert(command.end(), more.begin(), more.end());
  return test::run_program(command, options);
}

TEST(QuestionModel, SaysWhatACheckpointIsThatCannotAnswer) {
  for (const std::vector<std::string>& way : {std::vector<std::string>{}, {"--window", "1s"}}) {
    const auto result = ask(test::with_scripted_engine({{"layout", "captioner"}}), way);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err_lines(), ElementsAre(AllOf(HasSubstr("captioner"), HasSubstr("VQA checkpoint"))));
  }
}

TEST(QuestionModel, PassesOnWhyAModelCannotBeOpened) {
  const auto result = ask(test::with_scripted_engine({{"fail_open", "checkpoint 'M' has no weights"}}));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "gst-blip: checkpoint 'M' has no weights\n");
}

TEST(QuestionModel, NamesTheEngineThatIsMissing) {
  test::ProgramOptions options;
  options.environment = {{"GST_BLIP_ENGINE", "/missing/libblip-engine.so"}};
  const auto result = ask(options);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr("/missing/libblip-engine.so")));
}

}  // namespace
}  // namespace blip
