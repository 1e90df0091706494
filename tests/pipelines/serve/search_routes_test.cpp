#include <gtest/gtest.h>

#include <algorithm>

#include "core/vision/jpeg_writer.h"
#include "tests/pipelines/serve/serve_support.h"

namespace blip {
namespace {

using nlohmann::json;
using test::Answer;
using test::ask;
using test::ServedIndex;

std::string picture() {
  RgbImage image(32, 24);
  std::fill(image.pixels.begin(), image.pixels.end(), std::uint8_t{200});
  return encode_jpeg(image);
}

TEST(SearchRoutes, TheRequestReachesTheSearch) {
  ServedIndex served;
  EXPECT_EQ(served.get("/api/v1/search?q=a+red%20car&q=rain&not=night&limit=3&video=1").status, 200);
  EXPECT_EQ(served.search.last.texts.size(), 3u);
  EXPECT_EQ(served.search.last.texts.at(0).text, "a red car");
  EXPECT_EQ(served.search.last.limit, 3);
  EXPECT_EQ(served.search.last.filter.videos, std::vector<VideoId>{1});
}

TEST(SearchRoutes, WrongParametersNeverReachIt) {
  ServedIndex served;
  EXPECT_EQ(served.get("/api/v1/search?q=x&limit=many").status, 400);
  EXPECT_EQ(served.search.count, 0);
}

TEST(SearchRoutes, HitsAreSpelledInSeconds) {
  ServedIndex served;
  SearchHit hit;
  hit.video = 1;
  hit.path = "/a/b.mp4";
  hit.start = 1'500'000'000;
  hit.end = 2'000'000'000;
  hit.best = 5;
  hit.caption = "caf\xc3\xa9 \xff";
  hit.score = 0.5;
  hit.parts.similarity = 0.25;
  hit.parts.terms = {{"x", 0.25}};
  served.search.result.hits = {hit};
  served.search.result.more = true;
  const json plain = served.get("/api/v1/search?q=x").json();
  EXPECT_EQ(plain["more"], true);
  const json& spelled_hit = plain["hits"][0];
  EXPECT_EQ(spelled_hit["start"], 1.5);
  EXPECT_EQ(spelled_hit["end"], 2.0);
  EXPECT_EQ(spelled_hit["name"], "b.mp4");
  EXPECT_EQ(spelled_hit["caption"], "caf\xc3\xa9 \xEF\xBF\xBD");
  EXPECT_EQ(spelled_hit["thumbnail"], "/api/v1/segments/5/thumbnail.jpg");
  EXPECT_EQ(spelled_hit["media"], "/media/1");
  EXPECT_TRUE(spelled_hit["match"].is_null()) << "it was not judged";
  EXPECT_FALSE(spelled_hit.contains("parts"));
  const json explained = served.get("/api/v1/search?q=x&explain=1").json();
  EXPECT_EQ(explained["hits"][0]["parts"]["terms"][0]["similarity"], 0.25);
}

TEST(SearchRoutes, APictureIsSearchedFor) {
  ServedIndex served;
  const Answer answer =
      ask(served.port(), {"POST", "/api/v1/search/image?limit=2", {{"Content-Type", "image/jpeg"}}, picture()});
  EXPECT_EQ(answer.status, 200);
  ASSERT_TRUE(served.search.last.image);
  EXPECT_EQ(served.search.last.image->width, 32);
  EXPECT_EQ(served.search.last.limit, 2);
}

TEST(SearchRoutes, WhatIsNoPictureIsRefused) {
  ServedIndex served;
  const auto status = [&](const std::string& type, const std::string& body) {
    return ask(served.port(), {"POST", "/api/v1/search/image", {{"Content-Type", type}}, body}).status;
  };
  EXPECT_EQ(status("image/jpeg", "not a picture"), 400);
  EXPECT_EQ(status("image/jpeg", ""), 400);
  EXPECT_EQ(status("image/svg+xml", "<svg/>"), 415);
  EXPECT_EQ(status("text/plain", picture()), 415);
  EXPECT_EQ(status("multipart/form-data; boundary=x", picture()), 415);
  test::RawClient client(served.port());
  client.send(
      "POST /api/v1/search/image HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
      "Content-Length: 20971521\r\n\r\n");
  EXPECT_EQ(test::read_answer(client).status, 413);
  EXPECT_EQ(served.search.count, 0);
}

TEST(SearchRoutes, AQuestionReachesTheModelWithItsStretch) {
  ServedIndex served;
  const Answer answer = served.post("/api/v1/videos/1/ask", {{"question", "how many?"}, {"start", 0.5}, {"end", 2}});
  EXPECT_EQ(answer.json(), json({{"answer", "two"}, {"confidence", 0.75}, {"frames", {1.5, 2.5}}}));
  EXPECT_EQ(served.questions.last.path, served.media);
  EXPECT_EQ(served.questions.last.question, "how many?");
  EXPECT_EQ(served.questions.last.start, 0.5);
  EXPECT_EQ(served.questions.last.end, 2);
}

TEST(SearchRoutes, AConversationsHistoryReachesTheModelThatTakesOne) {
  ServedIndex served;
  const json body = {{"question", "what color?"},
                     {"history", json::array({{{"question", "what is it?"}, {"answer", "a car"}}})}};
  EXPECT_EQ(served.post("/api/v1/videos/1/ask", body).status, 200);
  ASSERT_EQ(served.questions.last.history.size(), 1u);
  EXPECT_EQ(served.questions.last.history[0].question, "what is it?");
  EXPECT_EQ(served.questions.last.history[0].answer, "a car");
  EXPECT_EQ(served.get("/api/v1/status").json()["can_converse"], true);
  served.questions.holds_conversations = false;
  EXPECT_EQ(served.post("/api/v1/videos/1/ask", body).status, 501);
  EXPECT_EQ(served.get("/api/v1/status").json()["can_converse"], false);
  EXPECT_EQ(served.post("/api/v1/videos/1/ask", {{"question", "x"}, {"history", json::array()}}).status, 200);
}

TEST(SearchRoutes, HistoriesThatAreNoneAreRefused) {
  ServedIndex served;
  const json turn = {{"question", "a"}, {"answer", "b"}};
  for (const json& history :
       {json("text"), json::object(), json::array({"a"}), json::array({{{"question", "a"}}}),
        json::array({{{"question", "a"}, {"answer", ""}}}), json::array({{{"question", 1}, {"answer", "b"}}}),
        json::array({{{"question", std::string(501, 'a')}, {"answer", "b"}}}), json(std::vector<json>(33, turn))})
    EXPECT_EQ(served.post("/api/v1/videos/1/ask", {{"question", "x"}, {"history", history}}).status, 400) << history;
}

TEST(SearchRoutes, QuestionsThatAreNoneAreRefused) {
  ServedIndex served;
  for (const json& body :
       {json::object(), json{{"question", ""}}, json{{"question", " \n"}}, json{{"question", 1}},
        json{{"question", std::string(501, 'a')}}, json{{"question", "x"}, {"start", "1"}},
        json{{"question", "x"}, {"start", -1}}, json{{"question", "x"}, {"start", 2}, {"end", 1}}, json::array()})
    EXPECT_EQ(served.post("/api/v1/videos/1/ask", body).status, 400) << body;
  EXPECT_EQ(served.post("/api/v1/videos/9/ask", {{"question", "x"}}).status, 404);
  EXPECT_EQ(served.post("/api/v1/videos/3/ask", {{"question", "x"}}).status, 404) << "a live stream";
  served.questions.why_missing = "no model";
  const Answer answer = served.post("/api/v1/videos/1/ask", {{"question", "x"}});
  EXPECT_EQ(answer.status, 501);
  EXPECT_EQ(answer.json()["error"], "no model");
}

}  // namespace
}  // namespace blip
