#include "pipelines/indexing/subtitle_track.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace blip {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

class SubtitleTracks : public testing::Test {
 protected:
  SubtitleTrack with(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name) << text;
    return SubtitleTrack::beside(directory_ / "talk.mp4");
  }
  test::TempDir directory_;
};

TEST_F(SubtitleTracks, TheCuesOfASpanAreItsText) {
  const auto track = with("talk.srt",
                          "1\n00:00:01,000 --> 00:00:02,000\nHello.\n\n"
                          "2\n00:00:02,000 --> 00:00:04,000\nGood <i>day</i>.\n\n"
                          "3\n00:00:04,000 --> 00:00:05,000\nGood day.\n");
  EXPECT_EQ(track.text(0, kSecond), "") << "the end is not part of a span";
  EXPECT_EQ(track.text(0, kSecond + 1), "Hello.");
  EXPECT_EQ(track.text(kSecond, 3 * kSecond), "Hello. Good day.");
  EXPECT_EQ(track.text(2 * kSecond, 5 * kSecond), "Good day.") << "the same twice is said once";
  EXPECT_EQ(track.text(5 * kSecond, 9 * kSecond), "");
  EXPECT_THAT(track.warnings(), testing::IsEmpty());
}

TEST_F(SubtitleTracks, WithoutAFileNothingIsSaid) {
  const auto track = SubtitleTrack::beside(directory_ / "talk.mp4");
  EXPECT_EQ(track.text(0, kSecond), "");
  EXPECT_EQ(track.hash(), "");
}

TEST_F(SubtitleTracks, AnotherTextIsAnotherHash) {
  const std::string hash = with("talk.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n").hash();
  EXPECT_NE(hash, "");
  EXPECT_NE(with("talk.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHallo.\n").hash(), hash);
}

TEST_F(SubtitleTracks, WhatCannotBeReadIsAWarning) {
  const auto track = with("talk.srt", "1\n00:00:01,000 --> 00:00:02,000\ncaf\xE9\n");
  EXPECT_THAT(track.warnings(), testing::ElementsAre(testing::HasSubstr("talk.srt")));
  EXPECT_EQ(track.text(0, 9 * kSecond), "");
}

}  // namespace
}  // namespace blip
