#include "pipelines/serve/alert_publisher.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/pipelines/serve/http_support.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

const auto kNoWarning = [](const std::string& line) { ADD_FAILURE() << line; };

TEST(AlertPublisher, AlertsBecomeEventsWhoseFilesAreAddresses) {
  EventHub hub;
  const auto client = hub.subscribe();
  AlertPublisher publisher(hub, "/clips", {}, kNoWarning);
  Alert alert;
  alert.event = Alert::Event::kEnd;
  alert.number = 4;
  alert.query = {"a red car", false, 0.5, "", 9};
  alert.source = "rtsp://a/1";
  alert.start = 1'500'000'000;
  alert.end = 2'500'000'000;
  alert.probability = 0.75;
  alert.clip = "/clips/a-red-car.mp4";
  publisher.publish(alert, 2);
  std::string text;
  client->take(text, std::chrono::milliseconds(0));
  EXPECT_NE(text.find("event: alert\n"), std::string::npos);
  const auto json = nlohmann::json::parse(text.substr(text.find("data: ") + 6));
  EXPECT_EQ(json["alert"], "2-4");
  EXPECT_EQ(json["event"], "end");
  EXPECT_EQ(json["query"], 9);
  EXPECT_EQ(json["text"], "a red car");
  EXPECT_EQ(json["stream"], 2);
  EXPECT_EQ(json["start"], 1.5);
  EXPECT_EQ(json["end"], 2.5);
  EXPECT_EQ(json["probability"], 0.75);
  EXPECT_EQ(json["clip"], "/api/v1/alerts/a-red-car.mp4");
  EXPECT_TRUE(json["thumbnail"].is_null());
}

TEST(AlertPublisher, WebhooksGoWhereTheyMay) {
  EventHub hub;
  const AlertPublisher publisher(hub, "", {"https://hooks.example.com"}, kNoWarning);
  EXPECT_NO_THROW(publisher.check({0, "a dog", 0.5, ""}));
  EXPECT_NO_THROW(publisher.check({0, "a dog", 0.5, "https://hooks.example.com/x?key=1"}));
  for (const char* url : {"http://hooks.example.com/x", "https://hooks.example.com:8443/x", "https://127.0.0.1/",
                          "https://hooks.example.com.evil.com/", "https://user@evil.com/", "file:///etc/passwd", "x"})
    EXPECT_THROW(publisher.check({0, "a dog", 0.5, url}), Error) << url;
  EXPECT_THROW(publisher.check({0, " ", 0.5, ""}), Error);
  EXPECT_THROW(AlertPublisher(hub, "", {"hooks.example.com"}, kNoWarning), Error);
}

TEST(AlertPublisher, SessionsGetEachTextOnceAndNoForeignWebhook) {
  EventHub hub;
  const AlertPublisher publisher(hub, "", {"https://a.b"}, kNoWarning);
  const auto queries = publisher.watched(
      {{1, "a dog", 0.25, "https://a.b/1"}, {2, "a dog", 0.5, ""}, {3, "a cat", 0.75, "http://elsewhere/"}});
  ASSERT_EQ(queries.size(), 2u);
  EXPECT_EQ(queries[0].id, 1);
  EXPECT_EQ(queries[0].threshold, 0.25);
  EXPECT_EQ(queries[0].webhook, "https://a.b/1");
  EXPECT_EQ(queries[1].webhook, "");
}

TEST(AlertPublisher, WebhooksGetTheAlert) {
  std::promise<std::string> posted;
  test::RunningServer receiver({}, [&](HttpCall& call) {
    posted.set_value(call.body(10000));
    call.json("{}");
  });
  const std::string origin = "http://127.0.0.1:" + std::to_string(receiver.port());
  EventHub hub;
  AlertPublisher publisher(hub, "", {origin}, kNoWarning);
  Alert alert;
  alert.query = publisher.watched({{1, "a dog", 0.5, origin + "/hook"}}).at(0);
  publisher.publish(alert, 1);
  EXPECT_EQ(nlohmann::json::parse(posted.get_future().get())["query"], "a dog");
}

TEST(AlertPublisher, FilesAreThoseOfItsFolder) {
  const test::TempDir folder;
  std::filesystem::create_directory(folder / "clips");
  std::ofstream(folder / "clips/a.mp4") << "x";
  std::ofstream(folder / "secret") << "x";
  EventHub hub;
  const AlertPublisher publisher(hub, folder / "clips", {}, kNoWarning);
  EXPECT_EQ(publisher.file("a.mp4"), (folder / "clips/a.mp4").string());
  for (const char* name : {"", ".", "..", "../secret", "b.mp4", ".hidden", "/etc/passwd"})
    EXPECT_FALSE(publisher.file(name)) << name;
}

}  // namespace
}  // namespace blip
