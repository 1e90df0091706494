#include "pipelines/searching/caption_cues.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace blip {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

std::vector<TimedRecord> records(const std::vector<std::tuple<std::int64_t, std::int64_t, std::string>>& rows) {
  std::vector<TimedRecord> made;
  for (const auto& [start, end, text] : rows) {
    made.emplace_back();
    made.back().start = start * kSecond;
    made.back().end = end * kSecond;
    made.back().text = text;
  }
  return made;
}

TEST(CaptionCues, EqualNeighboursAreOne) {
  const auto cues = caption_cues(records({{0, 2, "a"}, {2, 4, "a"}, {4, 5, "b"}, {5, 6, ""}, {7, 8, "b"}}));
  ASSERT_EQ(cues.size(), 3U);
  EXPECT_EQ(cues[0].end, 4 * kSecond);
  EXPECT_EQ(cues[1].end, 5 * kSecond);
  EXPECT_EQ(cues[2].start, 7 * kSecond);  // a gap lies between
}

TEST(CaptionCues, ARecordHasWhatProgramsWant) {
  VideoRow video;
  video.file.path = "/v/talk.mp4";
  SegmentRow row;
  row.id = 7;
  row.start = kSecond;
  row.end = 3 * kSecond;
  row.frame_time = 2 * kSecond;
  row.caption = "a red circle";
  row.subtitle = "he said \"no\"";
  const auto made = segment_records(video, std::vector{row});
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].source, "/v/talk.mp4");
  EXPECT_EQ(made[0].text, "a red circle");
  EXPECT_EQ(made[0].details.at(0), (std::pair<std::string, std::string>("subtitle", "\"he said \\\"no\\\"\"")));
  EXPECT_EQ(made[0].details.at(1).second, "2.000");
  EXPECT_EQ(made[0].details.at(2).second, "7");
}

}  // namespace
}  // namespace blip
