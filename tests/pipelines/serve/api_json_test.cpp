#include "pipelines/serve/api_json.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(ApiJson, TimesAreSeconds) {
  EXPECT_EQ(seconds(1'500'000'000), 1.5);
  EXPECT_EQ(seconds(0), 0);
}

TEST(ApiJson, TextIsAlwaysUtf8) {
  EXPECT_EQ(spelled({{"a", "\xff"}}), "{\"a\":\"\xEF\xBF\xBD\"}");
}

TEST(ApiJson, APathIsNoUrl) {
  EXPECT_TRUE(is_file_path("/a/b"));
  EXPECT_FALSE(is_file_path("rtsp://a/b"));
  EXPECT_FALSE(is_file_path(""));
}

TEST(ApiJson, WhatIsNotKnownIsNull) {
  const auto status = status_json({}, std::nullopt);
  EXPECT_TRUE(status["models"]["embedder"].is_null());
  EXPECT_TRUE(status["models"]["captioner"].is_null());
  const auto video = video_json({}, 0);
  EXPECT_TRUE(video["thumbnail"].is_null());
  EXPECT_TRUE(video["media"].is_null());
  EXPECT_TRUE(result_json({}, false)["best_below_cutoff"].is_null());
}

TEST(ApiJson, AFailedVideoSaysWhy) {
  VideoRow row;
  row.id = 4;
  row.file.path = "/a/b c.mp4";
  row.state = VideoState::kFailed;
  row.error = "damaged";
  row.stages = {{"captions", VideoState::kFailed, 3}};
  const auto video = video_json(row, 9);
  EXPECT_EQ(video["state"], "failed");
  EXPECT_EQ(video["error"], "damaged");
  EXPECT_EQ(video["name"], "b c.mp4");
  EXPECT_EQ(video["media"], "/media/4");
  EXPECT_EQ(video["thumbnail"], "/api/v1/segments/9/thumbnail.jpg");
  EXPECT_EQ(video["stages"], nlohmann::json::parse(R"([{"stage":"captions","state":"failed","done":3}])"));
}

}  // namespace
}  // namespace blip
