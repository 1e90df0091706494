// The whole program on an engine that matches a text by the colours it names.
#include "pipelines/watching/watch_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <signal.h>

#include <fstream>
#include <thread>

#include "tests/pipelines/support/clips.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/pipelines/support/scripted_engine.h"
#include "tests/pipelines/watching/clip_colors.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class WatchJob : public testing::Test {
 protected:
  test::ProgramResult watch(std::vector<std::string> arguments,
                            test::ProgramOptions options = test::with_scripted_engine()) const {
    arguments.insert(arguments.begin(), {test::gst_blip_program().string(), "watch"});
    options.environment["GST_BLIP_INDEX"] = directory_ / "index.db";
    return test::run_program(arguments, options);
  }
  void expect_refused(const std::vector<std::string>& arguments, int code,
                      const testing::Matcher<std::string>& words) const {
    const auto result = watch(arguments);
    EXPECT_EQ(result.exit_code, code) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err_lines(), ElementsAre(AllOf(StartsWith("gst-blip: "), words)));
  }

  test::TempDir directory_;
  const std::string clip_ = test::kept_clip("talk.mp4", {});  // one second of red, one of blue
};

TEST_F(WatchJob, TellsWhenTextsBeginAndEnd) {
  const auto result = watch({clip_, "-q", "a blue wall", "-q", "a green wall"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.out,
            "00:00:01.000 begins            a blue wall  (0.90)\n"
            "00:00:01.000 --> 00:00:02.000  a blue wall  (best 0.90)\n");
}

TEST_F(WatchJob, WritesJsonAClipAndAPicture) {
  const std::string clips = directory_ / "clips";
  const auto result = watch({clip_, "-q", "a blue wall", "--format", "json", "--clip-dir", clips, "--before", "0.5s"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto records = test::json_records(result);
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].at("event"), "start");
  EXPECT_EQ(records[1].at("event"), "end");
  EXPECT_EQ(records[1].at("source"), clip_);
  EXPECT_EQ(records[1].at("start"), 1.0);
  EXPECT_EQ(records[1].at("end"), 2.0);
  EXPECT_EQ(records[1].at("probability"), 0.9);
  const auto found = test::colors_of_clip(records[1].at("clip").get<std::string>());
  EXPECT_EQ(found.count("red"), 5u);
  EXPECT_EQ(found.count("blue"), 10u);
  EXPECT_TRUE(std::filesystem::exists(records[0].at("thumbnail").get<std::string>()));
}

TEST_F(WatchJob, SeveralSourcesAreToldApart) {
  const std::string other = test::kept_clip("other.mp4", {.colors = {"blue"}});
  const auto result = watch({clip_, other, "-q", "a blue wall", "--captions"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out_lines(), testing::Contains(other + ": 00:00:00.000 begins            a blue wall  (0.90)"));
  EXPECT_THAT(result.out_lines(), testing::Contains(clip_ + ": 00:00:00.000  a red picture"));
}

TEST_F(WatchJob, AFileThatFailsDoesNotStopTheOthers) {
  std::ofstream(directory_ / "noise.mp4") << std::string(5000, '\x7f');
  const auto result = watch({directory_ / "noise.mp4", clip_, "-q", "red"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out_lines(), SizeIs(2));
  EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr("noise.mp4: ")));
}

TEST_F(WatchJob, AnInterruptEndsWhatIsOpen) {
  auto options = test::with_scripted_engine();
  options.on_output = [sent = false](const std::string& out, int process) mutable {
    if (!sent && out.find("begins") != std::string::npos) {
      sent = true;
      kill(process, SIGINT);
    }
  };
  const auto result = watch({"videotestsrc://red?fps=20", "-q", "red"}, options);
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.out_lines(), ElementsAre(HasSubstr("begins"), HasSubstr("-->")));
}

TEST_F(WatchJob, PostsAlerts) {
  httplib::Server server;
  std::mutex mutex;
  std::vector<std::string> bodies;
  server.Post("/hook", [&](const httplib::Request& request, httplib::Response&) {
    const std::lock_guard lock(mutex);
    bodies.push_back(request.body);
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread thread([&] { server.listen_after_bind(); });
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/hook";
  const auto result = watch({clip_, "-q", "a blue wall", "--webhook", url, "--format", "json"});
  server.stop();
  thread.join();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(bodies, result.out_lines());
}

class WatchJobSlow : public WatchJob {};

TEST_F(WatchJobSlow, ADeadReceiverIsGivenUp) {
  const auto dead = watch({clip_, "-q", "a blue wall", "--webhook", "http://127.0.0.1:9/hook"});
  EXPECT_EQ(dead.exit_code, 0);
  EXPECT_THAT(dead.out_lines(), SizeIs(2));
  EXPECT_THAT(dead.err, HasSubstr("delivered"));
}

TEST_F(WatchJob, SaysWhatIsWrongBeforeItStarts) {
  expect_refused({clip_}, 2, HasSubstr("what should be watched for?"));
  std::ofstream(directory_ / "empty.txt") << "# none\n";
  expect_refused({clip_, "--queries", directory_ / "empty.txt"}, 1,
                 AllOf(HasSubstr("empty.txt"), HasSubstr("no text")));
  expect_refused({clip_, "-q", " "}, 2, HasSubstr("is empty"));
  expect_refused({clip_, "-q", "a", "--threshold", "1.5"}, 2, HasSubstr("1.5"));
  expect_refused({clip_, "-q", "a", "--threshold", "0.3", "--threshold-off", "0.5"}, 2, HasSubstr("could never last"));
  expect_refused({clip_, "-q", "a", "--clip-dir", "/proc/nothing"}, 1, HasSubstr("/proc/nothing"));
  expect_refused({clip_, "-q", "a", "--webhook", "ftp://host"}, 2, HasSubstr("http://"));
  expect_refused({directory_ / "gone.mp4", "-q", "a"}, 1, HasSubstr("gone.mp4"));
  expect_refused({"-q", "a"}, 1, HasSubstr("index.db"));
}

TEST_F(WatchJob, AModelThatCannotMatchIsRefused) {
  const auto result = watch({clip_, "-q", "red"}, test::with_scripted_engine({{"layout", "captioner"}}));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr("no image-text matching head")));
}

TEST_F(WatchJob, ThreeHundredTextsAreWatchedForAtATime) {
  std::ofstream texts(directory_ / "texts.txt");
  for (int i = 0; i < 299; ++i) texts << "thing " << i << "\n";
  texts << "a blue wall\n";
  texts.close();
  const auto result = watch({clip_, "--queries", directory_ / "texts.txt"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out_lines(), ElementsAre(HasSubstr("begins            a blue wall"), HasSubstr("-->")));
}

TEST_F(WatchJob, HelpShowsExamples) {
  const auto result = watch({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("Examples:"), HasSubstr("gst-blip watch rtsp://")));
}

}  // namespace
}  // namespace blip
