// The whole program: gst-blip run, on the catalog and on files of the user's own.
#include "pipelines/runner/run_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "tests/pipelines/support/clips.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/pipelines/support/scripted_engine.h"
#include "tests/support/json_lines.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

class RunJob : public testing::Test {
 protected:
  test::ProgramResult run(std::vector<std::string> arguments) const { return run(std::move(arguments), {}); }
  test::ProgramResult run(std::vector<std::string> arguments,
                          const std::function<void(const std::string&, int)>& on_output) const {
    arguments.insert(arguments.begin(), {test::gst_blip_program().string(), "run"});
    auto options = test::with_scripted_engine();
    options.directory = directory_.path();
    options.on_output = on_output;
    return test::run_program(arguments, options);
  }
  std::string content(const std::string& name) const {
    std::ifstream in(directory_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  std::string write(const std::string& yaml) const {
    std::ofstream(directory_ / "own.yaml") << yaml;
    return directory_ / "own.yaml";
  }

  test::TempDir directory_;
  const std::string clip_ = test::kept_clip("talk.mp4", {});  // one second of red, one of blue
};

TEST_F(RunJob, ListsTheCatalog) {
  const auto result = run({"--list"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const char* name :
       {"alert", "caption-to-srt", "index-to-json", "live-captions", "subtitle-track", "two-cameras"})
    EXPECT_THAT(result.out_lines(), testing::Contains(StartsWith(std::string(name) + "  ")));
}

TEST_F(RunJob, ShowsVariablesAndTheLaunchLine) {
  EXPECT_THAT(run({"caption-to-srt", "--variables"}).out, AllOf(HasSubstr("source"), HasSubstr("(must be set)")));
  const auto dry = run({"caption-to-srt", "--set", "source=" + clip_, "--set", "output=a b.srt", "--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_THAT(dry.out, AllOf(StartsWith("gst-launch-1.0 -e filesrc location="), HasSubstr("'location=\"a b.srt\"'")));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "a b.srt"));
}

TEST_F(RunJob, PrintsACommandThatTheShellRuns) {
  const std::string file = write(
      "name: own\ndescription: d\nvariables:\n  out: {type: path, help: h}\n"
      "launch: videotestsrc num-buffers=2 ! video/x-raw,format=GRAY8,width=4,height=4 ! filesink location={out}\n");
  const auto dry = run({file, "--set", "out=it's a \"raw\" $HOME.file", "--dry-run"});
  ASSERT_EQ(dry.exit_code, 0) << dry.err;
  test::ProgramOptions options;
  options.directory = directory_.path();
  EXPECT_EQ(test::run_program({"sh", "-c", dry.out}, options).exit_code, 0) << dry.out;
  EXPECT_EQ(content("it's a \"raw\" $HOME.file").size(), 32u) << dry.out;
}

TEST_F(RunJob, CaptionsIntoASubtitleFile) {
  const auto result = run({"caption-to-srt", "--set", "source=" + clip_, "--set", "output=talk.srt"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(content("talk.srt"), StartsWith("1\n00:00:00,000 --> 00:00:01,000\na red picture\n\n2\n"));
}

TEST_F(RunJob, AddsASubtitleTrackAndLeavesTheVideoAsItWas) {
  const auto result = run({"subtitle-track", "--set", "input=" + clip_, "--set", "output=talk.mkv"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto hashes = [&](const std::string& file, const std::string& how) {
    return test::run_program({"ffmpeg", "-v", "error", "-i", file, "-map", "0:v", how, "-f", "framemd5", "-"})
        .out_lines();
  };
  const auto pictures = [](std::vector<std::string> lines) {
    std::vector<std::string> last;
    for (const std::string& line : lines)
      if (!line.starts_with("#")) last.push_back(line.substr(line.rfind(',')));
    return last;
  };
  const auto before = pictures(hashes(clip_, "-an")), after = pictures(hashes(directory_ / "talk.mkv", "-an"));
  EXPECT_EQ(before, after);
  EXPECT_THAT(before, SizeIs(20));
  const auto subtitles =
      test::run_program({"ffmpeg", "-v", "error", "-i", directory_ / "talk.mkv", "-map", "0:s", "-f", "srt", "-"});
  EXPECT_THAT(subtitles.out, AllOf(HasSubstr("a red picture"), HasSubstr("a blue picture")));
}

TEST_F(RunJob, CaptionsALiveSourceOnTheScreen) {
  const auto result = run({"live-captions", "--set", "source=videotestsrc is-live=true pattern=red num-buffers=30",
                           "--set", "sink=fakesink sync=true", "--set", "fps=5"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  ASSERT_FALSE(result.out.empty());
  EXPECT_EQ(test::json_records(result).front().at("text"), "a red picture");
}

TEST_F(RunJob, RecordsTheVideoAroundAMatchAndTellsOfIt) {
  const auto result = run({"alert", "--set", "source=" + clip_, "--set", "queries=something blue", "--set", "fps=10",
                           "--set", "hold=100ms", "--set", "output=match-%02d.mkv"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto messages = test::json_records(result);
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[0].at("event"), "start");
  EXPECT_EQ(messages[0].at("query"), "something blue");
  EXPECT_EQ(messages[0].at("stream-time"), 1'000'000'000);
  EXPECT_EQ(messages[1].at("event"), "end");
  const auto probe =
      test::run_program({"ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-show_entries",
                         "stream=nb_read_frames", "-of", "csv=p=0", directory_ / "match-00.mkv"});
  EXPECT_EQ(probe.out_lines(), std::vector<std::string>{"10"}) << "the blue second only";
}

TEST_F(RunJob, EndsWhenThereWasNoMatch) {
  const auto result = run({"alert", "--set", "source=" + clip_, "--set", "queries=something green"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "");
}

TEST_F(RunJob, WritesAnIndex) {
  const auto result = run({"index-to-json", "--set", "source=" + clip_, "--set", "fps=1"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto records = test::read_json_lines(directory_ / "index.jsonl");
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].at("start"), 0);
  EXPECT_EQ(records[1].at("start"), 1);
  EXPECT_FALSE(records[0].at("embedding").empty());
}

TEST_F(RunJob, WatchesTwoCamerasWithOneModel) {
  const auto result = run({"two-cameras", "--set", "first=" + clip_, "--set", "second=" + clip_, "--set",
                           "queries=a red wall", "--set", "fps=2"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  std::vector<std::string> sources;
  for (const auto& message : test::json_records(result))
    if (message.at("event") == "start") sources.push_back(message.at("source"));
  EXPECT_THAT(sources, testing::UnorderedElementsAre("first", "second"));
}

TEST_F(RunJob, EndsAMatchAtAnInterrupt) {
  const auto interrupt_once = [sent = false](const std::string&, int process) mutable {
    if (!std::exchange(sent, true)) kill(process, SIGINT);
  };
  const auto result = run({"alert", "--set", "source=videotestsrc is-live=true pattern=red", "--set", "queries=red",
                           "--set", "output=live-%02d.mkv"},
                          interrupt_once);
  EXPECT_EQ(result.exit_code, 130) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out_lines(), SizeIs(2)) << "the end of the match is told, too";
}

TEST_F(RunJob, FinishesItsFilesAtAnInterrupt) {
  const std::string file = write(
      "name: own\ndescription: d\nmessages: [blip-caption]\nlaunch: |\n"
      "  videotestsrc is-live=true pattern=red ! video/x-raw,framerate=30/1 ! tee name=t ! queue\n"
      "    ! blipcaption fps=10 ! fakesink\n"
      "  t. ! queue ! vp8enc deadline=1 ! matroskamux ! filesink location=live.mkv\n");
  const auto interrupt_later = [sent = false](const std::string& out, int process) mutable {
    if (std::count(out.begin(), out.end(), '\n') >= 5 && !std::exchange(sent, true)) kill(process, SIGINT);
  };
  const auto result = run({file}, interrupt_later);
  EXPECT_EQ(result.exit_code, 130) << result.err;
  const auto probe = test::run_program(
      {"ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", directory_ / "live.mkv"});
  EXPECT_EQ(probe.err, "");
  ASSERT_THAT(probe.out, testing::Not(HasSubstr("N/A"))) << "a file that was not finished has no duration";
  EXPECT_GT(std::stod(probe.out), 0.3);
}

TEST_F(RunJob, AnswersWrongUsageWithOneLineAndExitCode2) {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"caption-to-srt"},
      {"caption-to-srt", "--set", "source=missing.mp4"},
      {"caption-to-srt", "--set", "sorce=" + clip_},
      {"caption-to-srt", "--set", "source=" + clip_, "--set", "fps=fast"},
      {"caption-to-srt", "--set", "source"},
  };
  for (const auto& arguments : wrong) {
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 2) << testing::PrintToString(arguments) << result.err;
    EXPECT_THAT(result.err_lines(), SizeIs(1)) << result.err;
    EXPECT_EQ(result.out, "");
  }
}

TEST_F(RunJob, SaysWhatIsWrongWithAFileInOneLine) {
  const std::string head = "name: own\ndescription: d\n";
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"own.yaml:3: ", head + "launsh: x\nlaunch: videotestsrc ! fakesink\n"},
      {"own.yaml:3: ", head + "launch: nosuchelement ! fakesink\n"},
      {"own.yaml:4: ", head + "launch: |\n  videotestsrc colour=7 ! fakesink\n"},
      {"own.yaml:3: ", head + "launch: 'videotestsrc ! !'\n"},
      {"own.yaml:2: ", "name: [own\n"},
  };
  for (const auto& [place, yaml] : wrong) {
    const auto result = run({write(yaml)});
    EXPECT_EQ(result.exit_code, 1) << yaml;
    EXPECT_THAT(result.err_lines(), ElementsAre(AllOf(StartsWith("gst-blip: "), HasSubstr(place)))) << yaml;
  }
  EXPECT_EQ(run({"missing.yaml"}).exit_code, 1);
}

TEST_F(RunJob, LetsNoValueBecomeAnElement) {
  const std::string file = write(
      "name: own\ndescription: d\nvariables:\n  out: {type: path, help: h}\n"
      "launch: videotestsrc num-buffers=1 ! video/x-raw,format=GRAY8,width=4,height=4 ! filesink location={out}\n");
  for (const char* name : {"a ! filesink location=b", "x\" ! filesink location=\"b", "x\\", "NULL"}) {
    const auto result = run({file, "--set", std::string("out=") + name});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(content(name).size(), 16u) << name;
  }
  EXPECT_FALSE(std::filesystem::exists(directory_ / "b"));
}

TEST_F(RunJob, PassesOnWhatTheModelSays) {
  auto options = test::with_scripted_engine({{"fail_open", "checkpoint 'M' has no weights"}});
  const auto result = test::run_program({test::gst_blip_program(), "run", "caption-to-srt", "--set", "source=" + clip_,
                                         "--set", "output=" + (directory_ / "x.srt").string()},
                                        options);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr("checkpoint 'M' has no weights")));
}

}  // namespace
}  // namespace blip
