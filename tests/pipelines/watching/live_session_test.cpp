// On an engine that knows a picture's colour.
#include "pipelines/watching/live_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "core/base/error.h"
#include "core/vision/jpeg_file.h"
#include "tests/pipelines/support/clips.h"
#include "tests/pipelines/watching/clip_colors.h"
#include "tests/pipelines/watching/heard_session.h"
#include "tests/support/fake_engine/fake_engine.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kMs = 1'000'000;

class LiveSessionTest : public testing::Test {
 protected:
  void SetUp() override { test::fake_engine().reset(); }

  static SessionSettings watch_for(const std::string& source, const std::vector<std::string>& texts) {
    SessionSettings settings;
    settings.source = source;
    settings.model.model = "m";
    settings.fps = 10;
    settings.rules.hold = 0;
    for (const std::string& text : texts) settings.queries.push_back(make_watch_query(text));
    return settings;
  }
  static std::string problem(const SessionSettings& settings) {
    try {
      settings.validate();
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  }

  test::Heard heard_;
  test::TempDir directory_;
  const std::string clip_ = test::kept_clip("talk.mp4", {});  // a second of red, one of blue
};

TEST_F(LiveSessionTest, FindsWhenTextsAreTrueOfAFile) {
  LiveSession session(watch_for(clip_, {"something red", "something blue", "something green"}), heard_.listener());
  session.wait();
  EXPECT_THAT(heard_.told(),
              ElementsAre("start something red", "end something red", "start something blue", "end something blue"));
  EXPECT_EQ(heard_.alerts.at(1).start, 0);
  EXPECT_EQ(heard_.alerts.at(1).end, 1000 * kMs);
  EXPECT_EQ(heard_.alerts.at(3).start, 1000 * kMs);
  EXPECT_EQ(heard_.alerts.at(3).end, 2000 * kMs);
  EXPECT_NEAR(heard_.alerts.at(3).probability, 0.9, 1e-6);
  EXPECT_TRUE(heard_.alerts.at(3).similarity);
  EXPECT_FALSE(heard_.alerts.at(3).date);
  const SessionStatus status = session.status();
  EXPECT_EQ(status.state, SessionState::kEnded);
  EXPECT_TRUE(session.finished());
  EXPECT_EQ(status.pictures, 20u);
  EXPECT_EQ(status.matched, 20u);
  EXPECT_EQ(status.alerts, 2u);
  EXPECT_THAT(heard_.warnings, IsEmpty());
}

TEST_F(LiveSessionTest, CaptionsAndMatchesWithTwoModels) {
  SessionSettings settings = watch_for(clip_, {"something red"});
  settings.captions = true;
  settings.captioner.model = "c";
  settings.caption_fps = 5;
  settings.shortest_caption = 0;
  LiveSession session(settings, heard_.listener());
  session.wait();
  EXPECT_THAT(heard_.told(), ElementsAre("start something red", "end something red"));
  ASSERT_THAT(heard_.captions, SizeIs(4));
  EXPECT_EQ(heard_.captions[0].text, "a red picture");
  EXPECT_EQ(heard_.captions[1].end, 1000 * kMs);
  EXPECT_TRUE(heard_.captions[1].closed);
  EXPECT_EQ(heard_.captions[2].text, "a blue picture");
  EXPECT_EQ(heard_.captions[2].number, 2u);
  EXPECT_EQ(heard_.captions[3].end, 2000 * kMs);
  EXPECT_EQ(session.status().matched, 20u);
}

TEST_F(LiveSessionTest, CaptionsAloneNeedNoMatcher) {
  SessionSettings settings = watch_for(clip_, {});
  settings.captions = true;
  settings.caption_fps = 5;
  LiveSession session(settings, heard_.listener());
  session.wait();
  EXPECT_THAT(heard_.captions, SizeIs(testing::Ge(2)));
  for (const auto& request : test::fake_engine().requests()) EXPECT_EQ(request.kind, "caption");
}

TEST_F(LiveSessionTest, OfALiveSourceItTellsTheDate) {
  LiveSession session(watch_for("videotestsrc://red?fps=50&frames=20", {"red"}), heard_.listener());
  session.wait();
  EXPECT_THAT(heard_.told(), ElementsAre("start red", "end red"));
  EXPECT_TRUE(heard_.alerts.at(0).date);
  EXPECT_EQ(session.status().pictures, 20u);
  EXPECT_EQ(session.status().state, SessionState::kEnded);
}

TEST_F(LiveSessionTest, ALiveSourceNeverWaitsForTheModel) {
  test::fake_engine().hold();
  LiveSession session(watch_for("videotestsrc://red?fps=100&frames=60", {"red"}), heard_.listener());
  while (session.status().pictures < 60) ASSERT_TRUE(session.picture() || !session.finished());
  EXPECT_EQ(session.status().matched, 0u);
  test::fake_engine().release_all();
  session.wait();
  EXPECT_LE(test::fake_engine().begun(), 3u);
  EXPECT_THAT(heard_.told(), ElementsAre("start red", "end red"));
}

TEST_F(LiveSessionTest, GivesTheNewestPicture) {
  LiveSession session(watch_for("videotestsrc://red?fps=20&size=64x48", {"red"}), heard_.listener());
  std::optional<std::string> jpeg;
  while (!jpeg) jpeg = session.picture();
  const RgbImage image = decode_jpeg(*jpeg, "picture").image;
  EXPECT_EQ(image.width, 64);
  EXPECT_EQ(test::color_in(image), "red");
  session.stop();
  session.wait();
  EXPECT_EQ(session.status().state, SessionState::kEnded);
}

TEST_F(LiveSessionTest, QueriesMayChangeMeanwhile) {
  LiveSession session(watch_for("videotestsrc://red?fps=20&size=64x48", {"red"}), heard_.listener());
  ASSERT_TRUE(heard_.wait([&] { return heard_.alerts.size() >= 1; }));
  session.set_queries({make_watch_query("a red wall")});
  ASSERT_TRUE(heard_.wait([&] { return heard_.alerts.size() >= 3; }));
  EXPECT_THAT(heard_.told(), ElementsAre("start red", "end red", "start a red wall"));
  session.set_queries({});
  ASSERT_TRUE(heard_.wait([&] { return heard_.alerts.size() >= 4; }));
  EXPECT_THROW(session.set_queries({make_watch_query("a"), make_watch_query("a")}), Error);
  session.set_queries({make_watch_query("red again")});
  ASSERT_TRUE(heard_.wait([&] { return heard_.alerts.size() >= 5; }));
  EXPECT_EQ(heard_.told().back(), "start red again");
  EXPECT_EQ(session.status().reconnects, 0u);
}

TEST_F(LiveSessionTest, KeepsAClipOfALiveAlert) {
  SessionSettings settings = watch_for("videotestsrc://red?fps=20&size=64x48&frames=30", {"red"});
  settings.clips.directory = directory_.path();
  LiveSession session(settings, heard_.listener());
  session.wait();
  ASSERT_THAT(heard_.alerts, SizeIs(2));
  EXPECT_TRUE(std::filesystem::exists(heard_.alerts[1].thumbnail));
  const auto found = test::colors_of_clip(heard_.alerts[1].clip);
  EXPECT_EQ(found.rate, 10);
  EXPECT_EQ(found.count("red"), found.colors.size());
  EXPECT_GE(found.colors.size(), 10u);
  EXPECT_LE(found.colors.size(), 16u);
  EXPECT_EQ(session.status().clips, 1u);
}

TEST_F(LiveSessionTest, EndsAtOnceWhenItIsTold) {
  auto session = std::make_unique<LiveSession>(watch_for("videotestsrc://red", {"red"}), heard_.listener());
  ASSERT_TRUE(heard_.wait([&] { return !heard_.alerts.empty(); }));
  session.reset();
  EXPECT_THAT(heard_.told(), ElementsAre("start red", "end red"));
  EXPECT_EQ(heard_.states.back().state, SessionState::kEnded);
}

TEST_F(LiveSessionTest, SaysWhyItFailed) {
  LiveSession missing(watch_for(directory_ / "gone.mp4", {"red"}), heard_.listener());
  missing.wait();
  EXPECT_EQ(missing.status().state, SessionState::kFailed);
  EXPECT_THAT(missing.status().error, HasSubstr("no such file"));
  test::fake_engine().fail_open(ErrorKind::kInvalidData, "the model is damaged");
  LiveSession broken(watch_for(clip_, {"red"}), heard_.listener());
  broken.wait();
  EXPECT_THAT(broken.status().error, HasSubstr("the model is damaged"));
  EXPECT_TRUE(broken.finished());
}

TEST_F(LiveSessionTest, GivesUpASourceThatIsNotThereAfterItsAttempts) {
  SessionSettings settings = watch_for("http://127.0.0.1:9/none.ts", {"red"});
  settings.attempts = 2;
  settings.first_pause = kMs;
  LiveSession session(settings, heard_.listener());
  session.wait();
  EXPECT_EQ(session.status().state, SessionState::kFailed);
  EXPECT_THAT(session.status().error, HasSubstr("connection failed"));
  EXPECT_EQ(session.status().reconnects, 2u);
}

TEST_F(LiveSessionTest, HidesPasswords) {
  SessionSettings settings = watch_for("http://me:secret@127.0.0.1:9/none.ts", {"red"});
  settings.attempts = 0;
  LiveSession session(settings, heard_.listener());
  session.wait();
  EXPECT_EQ(session.source(), "http://me:***@127.0.0.1:9/none.ts");
  EXPECT_THAT(session.status().error, testing::Not(HasSubstr("secret")));
}

TEST_F(LiveSessionTest, SettingsAreCheckedFirst) {
  EXPECT_EQ(problem(watch_for(clip_, {"red"})), "");
  EXPECT_THAT(problem(watch_for(clip_, {})), HasSubstr("nothing to do"));
  EXPECT_THAT(problem(watch_for("", {"red"})), HasSubstr("name of a source is empty"));
  SessionSettings settings = watch_for(clip_, {"red"});
  settings.rules.threshold = 1.1;
  EXPECT_THAT(problem(settings), HasSubstr("0 to 1"));
  settings = watch_for(clip_, {"red"});
  settings.rules.threshold_off = 0.6;
  EXPECT_THAT(problem(settings), HasSubstr("could never last"));
  settings = watch_for(clip_, {"red"});
  settings.clips.directory = "/proc/nothing";
  EXPECT_THAT(problem(settings), HasSubstr("/proc/nothing"));
  EXPECT_THROW(LiveSession(settings, heard_.listener()), Error);
}

// Serves a stream of a second of red and one of blue, without an end that is known, as often as it is asked.
class StreamServer {
 public:
  // `times`: then it is gone.
  explicit StreamServer(const std::string& file, int times = 1000) {
    std::ostringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    server_.Get("/live", [this, times, data = bytes.str()](const httplib::Request&, httplib::Response& response) {
      if (++requests_ == 1 || requests_ > times + 1) {
        response.status = 503;
        return;
      }
      response.set_chunked_content_provider("video/mp2t", [data](std::size_t, httplib::DataSink& sink) {
        sink.write(data.data(), data.size());
        sink.done();
        return true;
      });
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~StreamServer() {
    server_.stop();
    thread_.join();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/live"; }

 private:
  httplib::Server server_;
  std::atomic<int> requests_{0};
  int port_ = 0;
  std::thread thread_;
};

TEST_F(LiveSessionTest, ASourceThatIsLostIsConnectedAnew) {
  test::ClipSpec spec;
  spec.codec = "-c:v mpeg2video";
  spec.fps = 25;
  StreamServer server(test::kept_clip("stream.ts", spec));
  SessionSettings settings = watch_for(server.url(), {"red"});
  settings.first_pause = kMs;
  LiveSession session(settings, heard_.listener());
  ASSERT_TRUE(heard_.wait([&] { return heard_.alerts.size() >= 4; }));
  session.stop();
  session.wait();
  EXPECT_GE(session.status().reconnects, 2u);
  EXPECT_THAT(heard_.states.at(0).error, HasSubstr("Service Unavailable"));
  // The second showing comes as long after the first as it did.
  const std::int64_t between = heard_.alerts.at(2).start - heard_.alerts.at(0).start;
  EXPECT_GT(between, 1500 * kMs);
  EXPECT_EQ(*heard_.alerts.at(2).date - *heard_.alerts.at(0).date, between);
  EXPECT_NEAR(static_cast<double>(heard_.alerts.at(1).end - heard_.alerts.at(1).start), 1e9, 0.25e9);
}

class LiveSessionSlow : public LiveSessionTest {};

TEST_F(LiveSessionSlow, AnAlertDoesNotOutliveASourceThatStaysAway) {
  test::ClipSpec spec;
  spec.codec = "-c:v mpeg2video";
  spec.fps = 25;
  StreamServer server(test::kept_clip("stream.ts", spec), 1);
  SessionSettings settings = watch_for(server.url(), {"blue"});
  settings.first_pause = kMs;
  settings.rules.gap = 100 * kMs;
  settings.clips.directory = directory_.path();
  settings.clips.after = 0;
  LiveSession session(settings, heard_.listener());
  ASSERT_TRUE(heard_.wait([&] { return heard_.alerts.size() >= 2; }));
  EXPECT_THAT(heard_.told(), ElementsAre("start blue", "end blue"));
  EXPECT_NE(session.status().state, SessionState::kEnded);
  const auto found = test::colors_of_clip(heard_.alerts.at(1).clip);
  EXPECT_EQ(found.colors.front(), "red");
  EXPECT_EQ(found.colors.back(), "blue");
  EXPECT_NEAR(static_cast<double>(found.count("blue")), 10, 2);
}

}  // namespace
}  // namespace blip
