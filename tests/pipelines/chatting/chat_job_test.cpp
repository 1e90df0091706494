// The whole program on an engine that answers with the colours of the pictures it was shown.
#include "pipelines/chatting/chat_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "tests/pipelines/support/clips.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/pipelines/support/scripted_engine.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using nlohmann::json;
using test::with_scripted_engine;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class ChatJob : public testing::Test {
 protected:
  test::ProgramOptions options(const std::string& lines, json script = json::object()) const {
    script["log"] = log_;
    test::ProgramOptions options = with_scripted_engine(script);
    options.input = lines;
    return options;
  }
  test::ProgramResult chat(const std::string& lines, const std::vector<std::string>& more = {},
                           const json& script = json::object()) const {
    return run(options(lines, script), more);
  }
  test::ProgramResult run(const test::ProgramOptions& options, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> command{test::gst_blip_program(), "chat", clip_};
    command.insert(command.end(), more.begin(), more.end());
    return test::run_program(command, options);
  }
  std::vector<json> asked() const { return test::lines_with(log_, "question"); }

  test::TempDir directory_;
  const std::string log_ = directory_ / "log.jsonl";
  const std::string clip_ = test::kept_clip("talk.mp4", {});  // a second of red, one of blue
};

TEST_F(ChatJob, AnswersLineByLineWithWhatWasSaidBefore) {
  const auto result = chat("what is it?\n\n# a remark\nwhat color?\n", {"--at", "0.2s"}, {{"texts", {"a car", "red"}}});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "a car\nred\n");
  EXPECT_EQ(result.err, "");
  ASSERT_THAT(asked(), SizeIs(2));
  EXPECT_EQ(asked()[0].at("history"), json::array());
  EXPECT_EQ(asked()[1].at("history"), json::parse(R"([["what is it?", "a car"]])"));
  EXPECT_EQ(asked()[1].at("form"), "");
  EXPECT_EQ(asked()[1].at("num_beams"), 5);
  EXPECT_EQ(asked()[1].at("max_length"), 30);
  EXPECT_THAT(test::lines_with(log_, "width"), SizeIs(1)) << "the picture is looked at once";
}

TEST_F(ChatJob, LooksAtTheMiddleUnlessToldOtherwise) {
  const auto result = chat("color?\n/at 0.1s\nand now?\n/clear\nagain?\n");
  EXPECT_EQ(result.out, "blue\nred\nred\n") << "the middle is where blue begins";
  ASSERT_THAT(asked(), SizeIs(3));
  EXPECT_EQ(asked()[1].at("history"), json::parse(R"([["color?", "blue"]])"));
  EXPECT_EQ(asked()[2].at("history"), json::array());
}

TEST_F(ChatJob, SpellsJson) {
  const auto result = chat("color?\n", {"--format", "json", "--frames", "2"});
  const auto records = test::json_records(result);
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].at("question"), "color?");
  EXPECT_EQ(records[0].at("answer"), "red then blue");
  EXPECT_EQ(records[0].at("confidence"), 0.75);
  EXPECT_EQ(records[0].at("frames"), json::parse("[0.5, 1.5]"));
}

TEST_F(ChatJob, TakesAScriptAndEndsWithQuit) {
  std::ofstream(directory_ / "script.txt") << "one?\n/history\n/quit\ntwo?\n";
  const auto result =
      chat("not read\n", {"--script", directory_ / "script.txt", "--prompt", "Q: {} A:", "--turns", "0"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "blue\n");
  EXPECT_THAT(result.err, HasSubstr("one? — blue"));
  EXPECT_EQ(asked().at(0).at("form"), "Q: {} A:");
}

TEST_F(ChatJob, AFailedQuestionLeavesAnEmptyLineAndTheOthersAreAnswered) {
  const auto result = chat("one?\ntwo?\n", {}, {{"fail_analyses", 1}});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "\nblue\n");
  EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr("scripted to fail")));
  EXPECT_EQ(asked().at(1).at("history"), json::array());
  const auto wrong = chat("/why\nwhat?\n/at 100s\n");
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_EQ(wrong.out, "blue\n");
  EXPECT_THAT(wrong.err_lines(), ElementsAre(HasSubstr("/why"), HasSubstr("ends at 2.000 s")));
}

TEST_F(ChatJob, AModelThatCannotConverseSaysWhatWouldBeRight) {
  for (const auto& [layout, advice] :
       {std::pair<const char*, const char*>{"vqa", "gst-blip ask"}, {"captioner", "blip2-opt-2.7b"}}) {
    const auto result = chat("what?\n", {}, {{"layout", layout}});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err_lines(),
                ElementsAre(testing::AllOf(HasSubstr(layout), HasSubstr("cannot converse"), HasSubstr(advice))));
  }
  EXPECT_EQ(chat("what?\n", {}, {{"layout", "blip2-opt"}}).out, "blue\n");
}

TEST_F(ChatJob, AnswersWrongUsageBeforeAnyWork) {
  EXPECT_EQ(chat("", {"--at", "1s", "--from", "0"}).exit_code, 2);
  EXPECT_EQ(chat("", {"--at", "9s"}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(log_)) << "the model was opened all the same";
  EXPECT_EQ(chat("", {"--script", directory_ / "missing.txt"}).exit_code, 1);
}

TEST_F(ChatJob, AnInterruptEndsAScriptAndThePromptAlike) {
  const auto answering = chat("one?\ntwo?\nthree?\n", {}, {{"interrupt_at", 2}});
  EXPECT_EQ(answering.exit_code, 130);
  EXPECT_EQ(answering.out, "blue\n");
  test::ProgramOptions waiting = options("one?\n");
  waiting.open_input = true;
  waiting.on_output = [](const std::string&, int process) { kill(process, SIGINT); };
  const auto at_prompt = run(waiting);
  EXPECT_EQ(at_prompt.exit_code, 130);
  EXPECT_EQ(at_prompt.out, "blue\n");
}

}  // namespace
}  // namespace blip
