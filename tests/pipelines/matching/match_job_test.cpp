// The whole program on an engine that matches a text by the colours it names.
#include "pipelines/matching/match_job.h"

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
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class MatchJob : public testing::Test {
 protected:
  test::ProgramResult match(std::vector<std::string> arguments,
                            nlohmann::json script = nlohmann::json::object()) const {
    arguments.insert(arguments.begin(), {test::gst_blip_program().string(), "match"});
    script["log"] = log_;
    return test::run_program(arguments, with_scripted_engine(script));
  }
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(directory_ / name, std::ios::binary) << content;
    return directory_ / name;
  }

  test::TempDir directory_;
  const std::string log_ = directory_ / "log.jsonl";
  const std::string clip_ = test::kept_clip("talk.mp4", {});  // one second of red, one of blue
};

TEST_F(MatchJob, TellsWhenEachTextIsOnScreen) {
  const auto result = match({clip_, "something blue", "a red wall", "a green one", "--fps", "5"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "00:00:00.000 --> 00:00:01.000  a red wall  (best 0.9000, mean 0.9000)\n"
            "00:00:01.000 --> 00:00:02.000  something blue  (best 0.9000, mean 0.9000)\n");
  EXPECT_EQ(result.err, "");
}

TEST_F(MatchJob, WritesSubtitlesAndJson) {
  EXPECT_EQ(match({clip_, "a red wall", "--format", "srt"}).out, "1\n00:00:00,000 --> 00:00:01,000\na red wall\n\n");
  const auto records = test::json_records(match({clip_, "a red wall", "--format", "json"}));
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(
      records[0],
      (nlohmann::json{
          {"source", clip_}, {"start", 0.0}, {"end", 1.0}, {"text", "a red wall"}, {"best", 0.9}, {"mean", 0.9}}));
}

TEST_F(MatchJob, TellsTheScoresOfEveryPicture) {
  const auto records = test::json_records(match({clip_, "a red wall", "--scores", "--format", "json", "--fps", "0"}));
  ASSERT_THAT(records, SizeIs(20));
  EXPECT_NEAR(records[0].at("scores")[0].at("probability").get<double>(), 0.9, 1e-9);
  EXPECT_NEAR(records[19].at("scores")[0].at("probability").get<double>(), 0.1, 1e-9);
  EXPECT_EQ(records[0].at("text"), "a red wall");
  EXPECT_EQ(records[19].at("text"), "");
}

TEST_F(MatchJob, MatchesSeveralPicturesTogether) {
  const auto records = test::json_records(
      match({clip_, "a red wall", "--scores", "--format", "json", "--fps", "2", "--frames", "4", "--window", "2s"}));
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_NEAR(records[0].at("scores")[0].at("probability").get<double>(), 0.5, 1e-9);
  EXPECT_EQ(test::lines_with(log_, "match").at(0).at("frames"), 4);
}

TEST_F(MatchJob, TakesAWindowLongerThanTheClip) {
  const auto result = match({clip_, "a red wall", "--threshold", "0.5", "--frames", "100", "--window", "1h"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out_lines(), ElementsAre(HasSubstr("00:00:00.000 --> 00:00:02.000  a red wall")));
}

TEST_F(MatchJob, FollowsTheThresholds) {
  EXPECT_EQ(match({clip_, "a red wall", "--threshold", "0.95"}).out, "");
  EXPECT_THAT(match({clip_, "a red wall", "--threshold", "0.1", "--threshold-off", "0.1"}).out_lines(),
              ElementsAre(HasSubstr("00:00:00.000 --> 00:00:02.000")));
}

TEST_F(MatchJob, ReadsTextsFromAFile) {
  const auto result = match({clip_, "--queries", write("q.txt", "# colours\n\n a red wall \r\nsomething blue")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out_lines(), ElementsAre(HasSubstr("a red wall"), HasSubstr("something blue")));
}

TEST_F(MatchJob, TakesTenThousandTexts) {
  std::string texts;
  for (int i = 0; i < 9'999; ++i) texts += "a thing of number " + std::to_string(i) + "\n";
  const auto result = match({clip_, "--queries", write("q.txt", texts + "a red wall\n")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out_lines(), ElementsAre(HasSubstr("a red wall")));
}

TEST_F(MatchJob, SaysInOneLineWhatIsWrongWithAFileOfTexts) {
  const std::vector<std::pair<std::string, std::string>> wrong = {{write("empty.txt", ""), "holds no text"},
                                                                  {write("blank.txt", " \n#\n"), "holds no text"},
                                                                  {write("latin.txt", "ok\ncaf\xE9\n"), "line 2"},
                                                                  {directory_ / "missing.txt", "missing.txt"}};
  for (const auto& [file, what] : wrong) {
    const auto result = match({clip_, "--queries", file});
    EXPECT_NE(result.exit_code, 0) << file;
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err_lines(), ElementsAre(AllOf(HasSubstr(file), HasSubstr(what))));
  }
}

TEST_F(MatchJob, LetsANegativeTextSpeakAgainstTheOthers) {
  EXPECT_EQ(match({clip_, "--queries", write("q.txt", "a blue and green thing\n-blue\n")}).out, "")
      << "the negative one is as likely";
}

TEST_F(MatchJob, MatchesAStillPicture) {
  test::write_png(directory_ / "a.png", 1, 1, std::vector<std::uint8_t>{255, 0, 0});
  EXPECT_EQ(match({directory_ / "a.png", "a red wall", "blue"}).out, "a red wall  (best 0.9000, mean 0.9000)\n");
  EXPECT_EQ(match({directory_ / "a.png", "a red wall", "--frames", "8", "--window", "2s"}).out,
            "a red wall  (best 0.9000, mean 0.9000)\n");
}

TEST_F(MatchJob, SaysWhatACheckpointIsThatCannotMatch) {
  const auto result = match({clip_, "a red wall"}, {{"layout", "captioner"}});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err_lines(), ElementsAre(AllOf(HasSubstr("captioner"), HasSubstr("use a retrieval"))));
}

TEST_F(MatchJob, AnswersWrongUsageBeforeAnyWork) {
  const std::vector<std::vector<std::string>> wrong = {{clip_},
                                                       {clip_, ""},
                                                       {clip_, "x", "--threshold", "0.3", "--threshold-off", "0.4"},
                                                       {clip_, "x", "--scores"},
                                                       {clip_, "x", "--overlap", "1s"}};
  for (const auto& arguments : wrong) {
    const auto result = match(arguments);
    EXPECT_EQ(result.exit_code, 2) << testing::PrintToString(arguments);
    EXPECT_THAT(result.err_lines(), SizeIs(1)) << result.err;
  }
  EXPECT_FALSE(std::filesystem::exists(log_)) << "the model was opened all the same";
}

TEST_F(MatchJob, KeepsWhatWasFoundWhenInterrupted) {
  const std::string output = directory_ / "found.jsonl";
  const auto result =
      match({clip_, clip_, "-q", "a red wall", "--fps", "0", "-o", output, "--gate", "off"}, {{"interrupt_at", 3}});
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_EQ(result.err, "");
  const auto records = test::read_json_lines(output);
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].at("text"), "a red wall");
}

}  // namespace
}  // namespace blip
