// On an engine that knows a picture's colour, and GStreamer's test pictures as streams.
#include "pipelines/serve/live_streams.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/core/index/index_support.h"
#include "tests/support/fake_engine/fake_engine.h"

namespace blip {
namespace {

constexpr const char* kRed = "videotestsrc://red?fps=20&size=64x48";

class LiveStreamsTest : public testing::Test {
 protected:
  LiveStreamsTest() {
    test::fake_engine().reset();
    IndexWriter writer(folder_ / "index.db");
    writer.set_models(test::models_named("m"));
    index_.emplace(folder_ / "index.db");
    model_.model = "m";
  }
  bool hears(const std::string& what) {
    for (int i = 0; i < 20 && text_.find(what) == std::string::npos; ++i)
      client_->take(text_, std::chrono::milliseconds(1000));
    return text_.find(what) != std::string::npos;
  }

  test::TempDir folder_;
  std::optional<IndexAccess> index_;
  EventHub hub_;
  std::shared_ptr<EventHub::Subscription> client_ = hub_.subscribe();
  std::string text_;
  ModelSettings model_;
  AlertPublisher publisher_{hub_, folder_ / "clips", {}, [](const std::string&) {}};
};

TEST(StreamUrl, OnlyStreamsAreTaken) {
  for (const char* url : {"rtsp://a/1", "RTSP://a/1", "https://a/live.m3u8", "srt://a:1", kRed})
    EXPECT_NO_THROW(check_stream_url(url)) << url;
  for (const char* url : {"/etc/passwd", "etc", "file:///etc/passwd", "FILE:///x", "fd://0", "appsrc://", "dvd://", "",
                          "data:,x", "pipe://0", "filesrc:///x"})
    EXPECT_THROW(check_stream_url(url), Error) << url;
}

TEST_F(LiveStreamsTest, CaptionsAlertsAndPicturesOfAStream) {
  StandingQueries(folder_ / "index.db").add({0, "something red", 0.5, ""});
  LiveStreams streams(*index_, hub_, publisher_, model_, [](const std::string&) {});
  const std::int64_t id = streams.add_stream(kRed);
  EXPECT_TRUE(hears("event: caption\ndata: ")) << text_;
  EXPECT_TRUE(hears("\"text\":\"something red\"")) << text_;
  EXPECT_TRUE(hears("red")) << text_;
  ASSERT_EQ(streams.streams().size(), 1u);
  EXPECT_EQ(streams.streams().at(0).id, id);
  EXPECT_EQ(streams.streams().at(0).state, "running");
  std::optional<std::string> picture;
  for (int i = 0; i < 200 && !picture; ++i) {
    picture = streams.picture(id);
    client_->take(text_, std::chrono::milliseconds(50));
  }
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->substr(0, 2), "\xff\xd8");
  EXPECT_FALSE(streams.picture(id + 1));
  EXPECT_TRUE(streams.remove_stream(id));
  EXPECT_FALSE(streams.remove_stream(id));
  EXPECT_TRUE(streams.streams().empty());
}

TEST_F(LiveStreamsTest, NewQueriesCountAtOnce) {
  LiveStreams streams(*index_, hub_, publisher_, model_, [](const std::string&) {});
  streams.add_stream(kRed);
  StandingQueries(folder_ / "index.db").add({0, "something red", 0.5, ""});
  streams.follow_queries();
  EXPECT_TRUE(hears("event: alert")) << text_;
}

TEST_F(LiveStreamsTest, SourcesThatAreNoneAreRefused) {
  LiveStreams streams(*index_, hub_, publisher_, model_, [](const std::string&) {});
  EXPECT_THROW(streams.add_stream("/etc/passwd"), Error);
  EXPECT_TRUE(streams.streams().empty());
}

}  // namespace
}  // namespace blip
