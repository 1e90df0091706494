#include "pipelines/searching/edit_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "core/base/error.h"

namespace blip {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kSecond = 1'000'000'000;

const std::vector<EditClip> kClips = {
    {"/v/my talk.mp4", 2 * kSecond, 4'080'000'000, 60 * kSecond, "a red\ncircle", 0.9},
    {"/w/my-talk.mp4", 0, kSecond, 0, "", 0.5}};

TEST(EditLists, OtioHasAClipAResultInWholeFrames) {
  const auto timeline = nlohmann::json::parse(otio_of_clips(kClips, "a red circle", 25));
  EXPECT_EQ(timeline.at("OTIO_SCHEMA"), "Timeline.1");
  const auto& track = timeline.at("tracks").at("children").at(0);
  EXPECT_EQ(track.at("kind"), "Video");
  ASSERT_EQ(track.at("children").size(), 2U);
  const auto& clip = track.at("children").at(0);
  EXPECT_EQ(clip.at("name"), "a red circle");
  EXPECT_EQ(clip.at("source_range").at("start_time").at("value"), 50);
  EXPECT_EQ(clip.at("source_range").at("duration").at("value"), 52);
  EXPECT_EQ(clip.at("source_range").at("duration").at("rate"), 25);
  EXPECT_EQ(clip.at("media_reference").at("target_url"), "file:///v/my%20talk.mp4");
  EXPECT_EQ(clip.at("media_reference").at("available_range").at("duration").at("value"), 1500);
  EXPECT_TRUE(track.at("children").at(1).at("media_reference").at("available_range").is_null());
}

TEST(EditLists, EdlCountsSourceAndRecordTimes) {
  EXPECT_EQ(edl_of_clips(kClips, "red", 25),
            "TITLE: red\n"
            "FCM: NON-DROP FRAME\n"
            "\n"
            "001  MYTALK   V     C        00:00:02:00 00:00:04:02 01:00:00:00 01:00:02:02\n"
            "* FROM CLIP NAME: my talk.mp4\n"
            "* COMMENT: a red circle\n"
            "\n"
            "002  MYTALK2  V     C        00:00:00:00 00:00:01:00 01:00:02:02 01:00:03:02\n"
            "* FROM CLIP NAME: my-talk.mp4\n");
}

TEST(EditLists, EdlRefusesWhatTimecodeCannotSay) {
  EXPECT_THROW(edl_of_clips(kClips, "", 29.97), Error);
  EXPECT_THROW(edl_of_clips(std::vector<EditClip>(1000, kClips[0]), "", 25), Error);
}

TEST(EditLists, OtioTakesAnyRate) {
  const auto timeline = nlohmann::json::parse(otio_of_clips(kClips, "", 29.97));
  EXPECT_EQ(timeline["tracks"]["children"][0]["children"][0]["source_range"]["start_time"]["value"], 60);
}

}  // namespace
}  // namespace blip
