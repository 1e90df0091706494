#include <gtest/gtest.h>

#include "tests/pipelines/serve/serve_support.h"

namespace blip {
namespace {

using nlohmann::json;
using test::Answer;
using test::ServedIndex;

TEST(StreamRoutes, StreamsComeAndGo) {
  ServedIndex served;
  EXPECT_EQ(served.get("/api/v1/streams").json(), json({{"streams", json::array()}}));
  const Answer made = served.post("/api/v1/streams", {{"source", "rtsp://a/1"}});
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.json()["id"], 1);
  const json stream = served.get("/api/v1/streams").json()["streams"][0];
  EXPECT_EQ(stream["source"], "rtsp://a/1");
  EXPECT_EQ(stream["state"], "running");
  EXPECT_EQ(stream["latency"], 0.25);
  EXPECT_EQ(served.get("/api/v1/streams/1/frame.jpg").header("content-type"), "image/jpeg");
  EXPECT_EQ(served.get("/api/v1/streams/2/frame.jpg").status, 404);
  EXPECT_EQ(served.remove("/api/v1/streams/1").status, 200);
  EXPECT_EQ(served.remove("/api/v1/streams/1").status, 404);
  for (const json& body : {json::object(), json{{"source", ""}}, json{{"source", 1}}, json{{"source", nullptr}},
                           json{{"source", std::string(5000, 'a')}}})
    EXPECT_EQ(served.post("/api/v1/streams", body).status, 400) << body;
}

TEST(StreamRoutes, StandingQueriesAreKeptInTheIndex) {
  ServedIndex served;
  const Answer made = served.post("/api/v1/queries", {{"text", "a red car"}, {"threshold", 0.75}});
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(served.streams.followed, 1);
  const json query = served.get("/api/v1/queries").json()["queries"][0];
  EXPECT_EQ(query, json({{"id", made.json()["id"]}, {"text", "a red car"}, {"threshold", 0.75}, {"webhook", ""}}));
  EXPECT_EQ(StandingQueries(served.path("index.db")).list().at(0).text, "a red car");
  const std::string address = "/api/v1/queries/" + std::to_string(made.json()["id"].get<int>());
  EXPECT_EQ(served.remove(address).status, 200);
  EXPECT_EQ(served.streams.followed, 2);
  EXPECT_EQ(served.remove(address).status, 404);
}

TEST(StreamRoutes, QueriesThatAreNoneAreRefused) {
  ServedIndex served;
  for (const json& body : {json::object(), json{{"text", " "}}, json{{"text", ""}}, json{{"text", 7}},
                           json{{"text", "x"}, {"threshold", 2}}, json{{"text", "x"}, {"threshold", "0.5"}},
                           json{{"text", std::string(501, 'a')}}, json{{"text", "x"}, {"webhook", 1}},
                           json{{"text", "x"}, {"webhook", "http://elsewhere/"}}})
    EXPECT_EQ(served.post("/api/v1/queries", body).status, 400) << body;
  EXPECT_EQ(served.get("/api/v1/queries").json()["queries"], json::array());
}

TEST(StreamRoutes, EventsComeAsTheyArePublished) {
  ServedIndex served;
  served.events.publish("progress", R"({"videos":3})", true);
  test::RawClient client(served.port());
  client.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  client.read_until("event: progress\ndata: {\"videos\":3}\n\n");
  EXPECT_NE(client.text().find("Content-Type: text/event-stream"), std::string::npos);
  EXPECT_NE(client.text().find("retry: "), std::string::npos);
  served.events.publish("caption", R"({"text":"a dog"})");
  client.read_until("data: {\"text\":\"a dog\"}\n\n");
  client.read_until("\n: ");
  EXPECT_FALSE(client.closed()) << "a heartbeat came while nothing happened";
}

// Old proxies speak HTTP/1.0, which knows no chunks.
TEST(StreamRoutes, EventsOfHttp10EndWithTheConnection) {
  ServedIndex served;
  served.events.publish("progress", "1", true);
  test::RawClient client(served.port());
  client.send("GET /api/v1/events HTTP/1.0\r\nHost: localhost\r\n\r\n");
  client.read_until("data: 1\n\n");
  EXPECT_EQ(client.text().find("chunked"), std::string::npos);
  EXPECT_NE(client.text().find("\r\n\r\nretry: "), std::string::npos) << client.text();
  served.events.close();
  client.read_all();
  EXPECT_TRUE(client.closed());
}

TEST(StreamRoutes, ListenersAreBoundedAndLeaveWhenTheirConnectionEnds) {
  ServedIndex served;
  std::vector<std::unique_ptr<test::RawClient>> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(std::make_unique<test::RawClient>(served.port()));
    clients.back()->send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    clients.back()->read_until("retry: ");
  }
  EXPECT_EQ(served.get("/api/v1/events").status, 503);
  clients.clear();
  // Their leaving is seen with the next heartbeat.
  Answer answer;
  do {
    test::RawClient again(served.port());
    again.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    answer = test::read_answer(again);
  } while (answer.status == 503);
  EXPECT_EQ(answer.status, 200);
}

// What waits for one is bounded by the hub, what is in the socket by the system.
TEST(StreamRoutes, AListenerThatNeverReadsIsDropped) {
  HttpLimits limits;
  limits.stall = std::chrono::milliseconds(50);
  ServedIndex served("", "", limits);
  test::RawClient client(served.port(), 4096);
  client.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  client.read_until("retry: ");
  const std::string long_text(1 << 16, 'x');
  while (served.events.clients() > 0) served.events.publish("caption", long_text);
  EXPECT_EQ(served.get("/api/v1/status").status, 200) << "the others notice nothing";
}

TEST(StreamRoutes, FilesOfAlertsAreServedByTheirName) {
  ServedIndex served;
  served.streams.file = served.media;
  EXPECT_EQ(served.get("/api/v1/alerts/alert.mp4", {{"Range", "bytes=0-3"}}).body, served.content.substr(0, 4));
  EXPECT_EQ(served.get("/api/v1/alerts/other.mp4").status, 404);
}

}  // namespace
}  // namespace blip
