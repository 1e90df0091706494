#include <gtest/gtest.h>

#include <filesystem>

#include "tests/pipelines/serve/serve_support.h"

namespace blip {
namespace {

using nlohmann::json;
using test::Answer;
using test::ServedIndex;

TEST(VideoRoutes, StatusCountsAndSaysWhatCanBeDone) {
  ServedIndex served;
  json status = served.get("/api/v1/status").json();
  EXPECT_EQ(status["videos"], 3);
  EXPECT_EQ(status["done"], 3);
  EXPECT_EQ(status["waiting"], 0);
  EXPECT_EQ(status["segments"], 6);
  EXPECT_EQ(status["captions"], 6);
  EXPECT_EQ(status["duration"], 6.0);
  EXPECT_EQ(status["models"], json({{"embedder", "shapes"}, {"captioner", "caption"}}));
  EXPECT_EQ(status["can_ask"], true);
  EXPECT_EQ(status["can_search_images"], true);
  EXPECT_EQ(status["version"], "1.2.3");
  served.questions.why_missing = "no model";
  status = served.get("/api/v1/status").json();
  EXPECT_EQ(status["can_ask"], false);
  EXPECT_EQ(status["cannot_ask_because"], "no model");
}

TEST(VideoRoutes, VideosComeByPathAndPageByPage) {
  ServedIndex served;
  const json all = served.get("/api/v1/videos").json();
  EXPECT_EQ(all["total"], 3);
  ASSERT_EQ(all["videos"].size(), 3u);
  EXPECT_EQ(all["videos"][0]["name"], "gone.mp4");
  EXPECT_EQ(all["videos"][1]["name"], "talk.mp4");
  const json page = served.get("/api/v1/videos?offset=1&limit=1").json();
  EXPECT_EQ(page["total"], 3);
  EXPECT_EQ(page["videos"], json::array({all["videos"][1]}));
  EXPECT_EQ(served.get("/api/v1/videos?offset=3").json()["videos"], json::array());
  EXPECT_EQ(served.get("/api/v1/videos?path=talk.mp4").json()["total"], 1);
  EXPECT_EQ(served.get("/api/v1/videos?path=nothing").json()["total"], 0);
  for (const char* wrong : {"limit=0", "limit=501", "limit=x", "offset=-1", "page=1"})
    EXPECT_EQ(served.get(std::string("/api/v1/videos?") + wrong).status, 400) << wrong;
}

TEST(VideoRoutes, AVideoTellsEverything) {
  ServedIndex served;
  const json video = served.get("/api/v1/videos/1").json();
  EXPECT_EQ(video["id"], 1);
  EXPECT_EQ(video["path"], served.media);
  EXPECT_EQ(video["duration"], 3.0);
  EXPECT_EQ(video["width"], 320);
  EXPECT_EQ(video["height"], 240);
  EXPECT_EQ(video["state"], "done");
  EXPECT_EQ(video["error"], "");
  EXPECT_EQ(video["segments"], 3);
  EXPECT_EQ(video["date"], 1.7e9);
  EXPECT_EQ(video["media"], "/media/1");
  EXPECT_EQ(served.get(video["thumbnail"].get<std::string>()).body, test::jpeg_of("1")) << "a third into it";
  const json stream = served.get("/api/v1/videos/3").json();
  EXPECT_EQ(stream["name"], "rtsp://camera/1");
  EXPECT_TRUE(stream["media"].is_null());
  EXPECT_EQ(served.get("/api/v1/videos/4").status, 404);
}

TEST(VideoRoutes, SegmentsAreTheTimeline) {
  ServedIndex served;
  const json segments = served.get("/api/v1/videos/1/segments").json()["segments"];
  ASSERT_EQ(segments.size(), 3u);
  EXPECT_EQ(segments[1]["start"], 1.0);
  EXPECT_EQ(segments[1]["end"], 2.0);
  EXPECT_EQ(segments[1]["frame_time"], 1.5);
  EXPECT_EQ(segments[1]["caption"], "a red circle");
  EXPECT_EQ(served.get("/api/v1/videos/9/segments").status, 404);
}

TEST(VideoRoutes, CaptionsAreAWebVttTrack) {
  ServedIndex served;
  const Answer answer = served.get("/api/v1/videos/2/captions.vtt");
  EXPECT_EQ(answer.header("content-type"), "text/vtt; charset=utf-8");
  EXPECT_EQ(answer.body,
            "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\na &lt;blue&gt; square &amp; more\n\n"
            "00:00:01.000 --> 00:00:02.000\na &lt;blue&gt; square &amp; more\n\n");
}

TEST(VideoRoutes, ThumbnailsCanBeKeptForEver) {
  ServedIndex served;
  const Answer answer = served.get("/api/v1/segments/1/thumbnail.jpg");
  EXPECT_EQ(answer.body, test::jpeg_of("0"));
  EXPECT_EQ(answer.header("content-type"), "image/jpeg");
  EXPECT_NE(answer.header("cache-control").find("immutable"), std::string::npos);
  const Answer again = served.get("/api/v1/segments/1/thumbnail.jpg", {{"If-None-Match", answer.header("etag")}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(served.get("/api/v1/segments/77/thumbnail.jpg").status, 404);
}

TEST(VideoRoutes, MediaIsServedByIdWhileItIsARegularFile) {
  ServedIndex served;
  const Answer whole = served.get("/media/1");
  EXPECT_EQ(whole.status, 200);
  EXPECT_TRUE(whole.body == served.content);
  EXPECT_EQ(served.get("/media/2").status, 404) << "the file is gone";
  EXPECT_EQ(served.get("/media/3").status, 404) << "a live stream";
  EXPECT_EQ(served.get("/media/4").status, 404);
  std::filesystem::remove(served.media);
  std::filesystem::create_directory(served.media);
  EXPECT_EQ(served.get("/media/1").status, 404) << "a folder has taken its place";
}

TEST(VideoRoutes, ADeletedVideoIsGoneWithAllThatBelongsToIt) {
  ServedIndex served;
  EXPECT_EQ(served.remove("/api/v1/videos/1").json()["removed"], 1);
  EXPECT_EQ(served.get("/api/v1/videos/1").status, 404);
  EXPECT_EQ(served.get("/media/1").status, 404);
  EXPECT_EQ(served.get("/api/v1/segments/1/thumbnail.jpg").status, 404);
  EXPECT_EQ(served.remove("/api/v1/videos/1").status, 404);
  EXPECT_TRUE(std::filesystem::exists(served.media)) << "the file itself stays";
}

TEST(VideoRoutes, NothingIsDeletedWhileAnotherWrites) {
  ServedIndex served;
  const IndexWriter other(served.path("index.db"));
  const Answer answer = served.remove("/api/v1/videos/1");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(served.get("/api/v1/videos/1").status, 200);
}

}  // namespace
}  // namespace blip
