#include <gtest/gtest.h>

#include <filesystem>

#include "tests/pipelines/serve/serve_support.h"

namespace blip {
namespace {

using test::Answer;
using test::ServedIndex;

TEST(ServiceRoutes, ThePageAndItsFilesAreServed) {
  ServedIndex served;
  const Answer page = served.get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(page.body.find("<html"), std::string::npos);
  EXPECT_EQ(served.get("/", {{"If-None-Match", page.header("etag")}}).status, 304);
  // Whatever the page names is there: a browser finds nothing missing.
  int named = 0;
  for (std::size_t at = page.body.find("\"/assets/"); at != std::string::npos;
       at = page.body.find("\"/assets/", at + 1)) {
    const std::string name = page.body.substr(at + 1, page.body.find('"', at + 1) - at - 1);
    const Answer file = served.get(name);
    EXPECT_EQ(file.status, 200) << name;
    EXPECT_NE(file.header("content-type"), "application/octet-stream") << name;
    ++named;
  }
  EXPECT_GT(named, 0);
  EXPECT_EQ(served.get("/favicon.ico").status, 200);
  EXPECT_EQ(served.get("/assets/nothing.js").status, 404);
}

TEST(ServiceRoutes, HealthFollowsTheIndex) {
  ServedIndex served;
  EXPECT_EQ(served.get("/healthz").json()["status"], "ok");
}

TEST(ServiceRoutes, MetricsCountRequestsAndWhatIsInTheIndex) {
  ServedIndex served;
  served.get("/api/v1/videos/1");
  served.get("/api/v1/videos/2");
  served.get("/api/v1/videos/77");
  served.get("/api/v1/search?q=x");
  served.post("/api/v1/streams", {{"source", "rtsp://a/\"1\""}});
  const Answer answer = served.get("/metrics");
  EXPECT_EQ(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  for (const char* line :
       {"gst_blip_http_requests_total{route=\"/api/v1/videos/{id}\",method=\"GET\",status=\"200\"} 2\n",
        "gst_blip_http_requests_total{route=\"/api/v1/videos/{id}\",method=\"GET\",status=\"404\"} 1\n",
        "gst_blip_http_request_duration_seconds_count{route=\"/api/v1/videos/{id}\"} 3\n",
        "gst_blip_search_seconds_count{part=\"total\"} 1\n", "gst_blip_index_videos{state=\"done\"} 3\n",
        "gst_blip_index_segments 6\n",
        "gst_blip_stream_caption_lag_seconds{stream=\"1\",source=\"rtsp://a/\\\"1\\\"\"} 0.25\n",
        "gst_blip_event_clients 0\n"})
    EXPECT_NE(answer.body.find(line), std::string::npos) << line;
}

}  // namespace
}  // namespace blip
