// The whole program on an engine that answers with the colours of the pictures it was shown.
#include "pipelines/asking/ask_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/pipelines/support/clips.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/pipelines/support/scripted_engine.h"
#include "tests/support/json_lines.h"
#include "tests/support/png_writer.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::with_scripted_engine;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

class AskJob : public testing::Test {
 protected:
  test::ProgramResult ask(std::vector<std::string> arguments) const {
    return ask(std::move(arguments), nlohmann::json::object());
  }
  test::ProgramResult ask(std::vector<std::string> arguments, nlohmann::json script) const {
    arguments.insert(arguments.begin(), {test::gst_blip_program().string(), "ask"});
    script["log"] = log_;
    if (!script.contains("layout")) script["layout"] = "vqa";
    return test::run_program(arguments, with_scripted_engine(script));
  }
  std::string picture(const std::string& name) const {
    test::write_png(directory_ / name, 2, 1, std::vector<std::uint8_t>{0, 0, 255, 0, 0, 255});
    return directory_ / name;
  }

  test::TempDir directory_;
  const std::string log_ = directory_ / "log.jsonl";
  const std::string clip_ = test::kept_clip("talk.mp4", {});  // ten frames of red, then ten of blue
};

TEST_F(AskJob, AnswersOnceOverTheWholeClip) {
  const auto result = ask({clip_, "what color is it?", "--gate", "off"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "red then blue\n");
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(test::lines_with(log_, "width"), SizeIs(16)) << "16 pictures, each seen once";
  const auto asked = test::lines_with(log_, "question");
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0].at("frames"), 16);
  EXPECT_EQ(asked[0].at("num_beams"), 3);
  EXPECT_EQ(asked[0].at("min_length"), 1);
  EXPECT_EQ(asked[0].at("max_length"), 10);
}

TEST_F(AskJob, LooksAtTheClipOnceForSeveralQuestions) {
  const auto result =
      ask({clip_, "-q", "what; color?", "-q", "how many?", "--frames", "4", "--format", "json", "--gate", "off"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto records = test::json_records(result);
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].at("question"), "what; color?");
  EXPECT_EQ(records[1].at("question"), "how many?");
  EXPECT_EQ(records[1].at("source"), clip_);
  EXPECT_EQ(records[1].at("start"), 0);
  EXPECT_EQ(records[1].at("end"), 2);
  EXPECT_FALSE(records[0].contains("token_ids"));
  EXPECT_THAT(test::lines_with(log_, "width"), SizeIs(4));
  EXPECT_EQ(ask({clip_, "-q", "what?", "-q", "how?"}).out, "red then blue  (what?)\nred then blue  (how?)\n");
}

TEST_F(AskJob, AnswersForEachWindow) {
  const auto result = ask({clip_, "what?", "--window", "1s"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "00:00:00.000 --> 00:00:01.000  red\n"
            "00:00:01.000 --> 00:00:02.000  blue\n");
  EXPECT_EQ(ask({clip_, "what?", "--window", "1s", "--format", "srt"}).out,
            "1\n00:00:00,000 --> 00:00:01,000\nred\n\n2\n00:00:01,000 --> 00:00:02,000\nblue\n\n");
}

TEST_F(AskJob, GivesEachQuestionItsAnswersOfAWindow) {
  const auto records = test::json_records(
      ask({clip_, "-q", "what; color?", "-q", "how?", "--window", "1s", "--format", "json", "--token-ids"}));
  ASSERT_THAT(records, SizeIs(4));
  EXPECT_EQ(records[2].at("question"), "what; color?");
  EXPECT_EQ(records[2].at("start"), 1);
  EXPECT_EQ(records[3].at("question"), "how?");
  EXPECT_TRUE(records[3].contains("token_ids"));
}

TEST_F(AskJob, TakesAWindowLongerThanTheClip) {
  const auto result = ask({clip_, "what?", "--window", "1h"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out_lines(), ElementsAre(StartsWith("00:00:00.000 --> 00:00:02.000  ")));
}

TEST_F(AskJob, TakesAClipOfFewerFramesThanAskedFor) {
  const auto result = ask({clip_, "what?", "--frames", "1000", "--gate", "off"});
  EXPECT_EQ(result.out, "red then blue\n") << result.err;
  EXPECT_THAT(test::lines_with(log_, "width"), SizeIs(20));
}

TEST_F(AskJob, ChoosesFromAList) {
  std::ofstream(directory_ / "colors.txt") << "green\nblue\nblack\n";
  const auto records =
      test::json_records(ask({clip_, "what?", "--rank", directory_ / "colors.txt", "--format", "json"}));
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].at("text"), "blue") << "the one that names a colour of the clip";
  EXPECT_EQ(records[0].at("answer_index"), 1);
  EXPECT_EQ(test::lines_with(log_, "rank").at(0).at("rank"), (std::vector<std::string>{"green", "blue", "black"}));
  std::ofstream(directory_ / "both.txt") << "blue\nred\n";
  EXPECT_EQ(ask({clip_, "what?", "--rank", directory_ / "both.txt", "--window", "1s"}).out,
            "00:00:00.000 --> 00:00:01.000  red\n00:00:01.000 --> 00:00:02.000  blue\n");
}

TEST_F(AskJob, AnswersAboutAStillPicture) {
  EXPECT_EQ(ask({picture("a.png"), "what?"}).out, "blue\n");
  EXPECT_EQ(ask({picture("a.png"), "what?", "--window", "1s"}).out, "blue\n");
}

TEST_F(AskJob, PutsTheQuestionIntoThePromptOfALanguageModel) {
  const auto result =
      ask({clip_, "what color?", "--prompt", "Question: {} Short answer:", "--length-penalty", "-1", "--gate", "off"},
          {{"layout", "blip2-t5"}});
  EXPECT_EQ(result.out, "red then blue\n") << result.err;
  const auto asked = test::lines_with(log_, "question");
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0].at("question"), "what color?");
  EXPECT_EQ(asked[0].at("form"), "Question: {} Short answer:");
  EXPECT_EQ(asked[0].at("length_penalty"), -1);
  EXPECT_EQ(asked[0].at("frames"), 4);
}

TEST_F(AskJob, GivesAnInstructionAsItStandsOfTheClipAndOfWindows) {
  for (const std::vector<std::string>& way : {std::vector<std::string>{}, {"--window", "10s", "--fps", "5"}}) {
    std::filesystem::remove(log_);
    std::vector<std::string> arguments{clip_, "--instruction", "describe; it:", "--format", "json"};
    arguments.insert(arguments.end(), way.begin(), way.end());
    const auto result = ask(arguments, {{"layout", "blip2-opt"}});
    const auto records = test::json_records(result);
    ASSERT_THAT(records, SizeIs(1)) << result.err;
    EXPECT_EQ(records[0].at("text"), "red then blue");
    EXPECT_EQ(records[0].at("question"), "describe; it:");
    const auto asked = test::lines_with(log_, "question");
    ASSERT_THAT(asked, SizeIs(1));
    EXPECT_EQ(asked[0].at("question"), "describe; it:");
    EXPECT_EQ(asked[0].at("form"), "{}");
  }
}

TEST_F(AskJob, SaysThatAVqaCheckpointTakesNoInstruction) {
  for (const std::vector<std::string>& option :
       {std::vector<std::string>{"--instruction", "say:"}, {"-q", "what?", "--prompt", "{}:"}}) {
    std::vector<std::string> arguments{clip_};
    arguments.insert(arguments.end(), option.begin(), option.end());
    const auto result = ask(arguments);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err_lines(), ElementsAre(testing::AllOf(HasSubstr("vqa"), HasSubstr("BLIP-2"))));
  }
}

TEST_F(AskJob, ReportsABadFileAndGoesOn) {
  std::ofstream(directory_ / "notes.mp4") << "This is only text.\n";
  const auto result = ask({directory_ / "missing.mp4", directory_ / "notes.mp4", clip_, "-q", "what?"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, clip_ + ": red then blue\n");
  EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr("missing.mp4: no such file"), HasSubstr("notes.mp4")));
}

TEST_F(AskJob, AnswersWrongUsageBeforeAnyWork) {
  const std::vector<std::vector<std::string>> wrong = {{clip_},
                                                       {clip_, clip_},
                                                       {clip_, " "},
                                                       {clip_, "q", "--overlap", "1s"},
                                                       {clip_, "q", "--window", "1s", "--overlap", "2s"},
                                                       {clip_, "-q", "a", "-q", "b", "--format", "srt"}};
  for (const auto& arguments : wrong) {
    const auto result = ask(arguments);
    EXPECT_EQ(result.exit_code, 2) << testing::PrintToString(arguments);
    EXPECT_THAT(result.err_lines(), SizeIs(1)) << result.err;
  }
  EXPECT_EQ(ask({clip_, "q", "--rank", directory_ / "missing.txt"}).exit_code, 1);
  EXPECT_FALSE(std::filesystem::exists(log_)) << "the model was opened all the same";
}

TEST_F(AskJob, StopsAtAnInterrupt) {
  const std::string output = directory_ / "answers.jsonl";
  const auto result = ask({clip_, clip_, "-q", "what?", "-o", output, "--gate", "off"}, {{"interrupt_at_picture", 3}});
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(test::lines_with(log_, "width"), SizeIs(8)) << "what had begun was finished";
}

}  // namespace
}  // namespace blip
