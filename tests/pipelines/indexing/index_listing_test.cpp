#include "pipelines/indexing/index_listing.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>

namespace blip {
namespace {

TEST(IndexListing, APatternFitsThePathOrItsEnd) {
  EXPECT_TRUE(path_fits("/videos/talks/one.mp4", "/videos/talks/one.mp4"));
  EXPECT_TRUE(path_fits("/videos/talks/one.mp4", "one.mp4"));
  EXPECT_TRUE(path_fits("/videos/talks/one.mp4", "talks/*.mp4"));
  EXPECT_TRUE(path_fits("/videos/talks/one.mp4", "/videos/*"));
  EXPECT_FALSE(path_fits("/videos/talks/one.mp4", "ne.mp4")) << "names are whole";
  EXPECT_FALSE(path_fits("/videos/talks/one.mp4", "*.mkv"));
}

IndexStatus some_status() {
  IndexStatus status;
  status.videos = 12;
  status.done = 10;
  status.failed = 2;
  status.segments = 214;
  status.captions = 200;
  status.thumbnails = 1;
  status.duration = 3'723'000'000'000;
  status.bytes = 12'345'678;
  return status;
}

TEST(IndexListing, TheStatusSaysWhatThereIs) {
  IndexModels models;
  models.embedder_model = "/models/retrieval";
  EXPECT_EQ(status_text("/i.db", some_status(), models),
            "index      /i.db, 12.3 MB\n"
            "videos     12, 10 done, 2 failed\n"
            "duration   1:02:03\n"
            "segments   214, 200 captions, 1 picture, 0 with features\n"
            "embedder   /models/retrieval\n"
            "captioner  none\n");
  const auto json = nlohmann::json::parse(status_json("/i.db", some_status(), std::nullopt));
  EXPECT_EQ(json.at("duration"), 3723.0);
  EXPECT_EQ(json.at("failed"), 2);
  EXPECT_FALSE(json.contains("models"));
}

TEST(IndexListing, AVideoIsALine) {
  VideoRow video;
  video.id = 7;
  video.file.path = "/videos/two\nlines.mp4";
  video.size.duration = 65'000'000'000;
  video.segments = 1;
  video.state = VideoState::kDone;
  EXPECT_EQ(video_line(video), "    7  done           1 segment       1:05  /videos/two lines.mp4\n");
  video.state = VideoState::kFailed;
  video.error = "damaged";
  EXPECT_TRUE(video_line(video).ends_with("/videos/two lines.mp4: damaged\n"));
  const auto json = nlohmann::json::parse(video_json(video));
  EXPECT_EQ(json.at("error"), "damaged");
  EXPECT_EQ(json.at("duration"), 65.0);
}

}  // namespace
}  // namespace blip
