#include "pipelines/indexing/indexing_report.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

VideoOutcome outcome(VideoOutcome::State state, std::int64_t segments = 0, std::int64_t repeats = 0) {
  VideoOutcome result;
  result.state = state;
  result.new_segments = segments;
  result.repeats = repeats;
  result.duration = 10 * kSecond;
  return result;
}

TEST(IndexingReport, TheCountsAddUp) {
  IndexingCounts counts;
  counts.videos = 5;
  counts.add(outcome(VideoOutcome::State::kIndexed, 4, 1));
  counts.add(outcome(VideoOutcome::State::kIndexed, 2));
  counts.add(outcome(VideoOutcome::State::kUnchanged));
  counts.add(outcome(VideoOutcome::State::kMoved));
  counts.add(outcome(VideoOutcome::State::kFailed, 1));
  EXPECT_EQ(counts.done(), counts.videos);
  EXPECT_EQ(summary_text(counts),
            "5 videos: 2 indexed, 1 unchanged, 1 moved, 1 failed; 7 segments, 1 repeated frame skipped");
}

TEST(IndexingReport, OneIsSaidAsOne) {
  IndexingCounts counts;
  counts.videos = 1;
  counts.add(outcome(VideoOutcome::State::kIndexed, 1));
  EXPECT_EQ(summary_text(counts), "1 video: 1 indexed; 1 segment, 0 repeated frames skipped");
}

TEST(IndexingReport, ProgressSaysHowFarHowFastAndHowLongStill) {
  IndexingCounts counts;
  counts.videos = 4;
  counts.add(outcome(VideoOutcome::State::kIndexed));
  // 10 + 60 s were looked at in 30 s. Left are 60 s, and two videos of (10 + 120) / 2 s: 190 s, which take 81 s.
  EXPECT_EQ(indexing_progress(counts, {{"/v/a.mp4", 60 * kSecond, 120 * kSecond}}, 30 * kSecond),
            "1/4 videos, a.mp4 1:00 of 2:00, 2.3x real time, ETA 1:21");
  EXPECT_EQ(indexing_progress(counts, {{"/v/a.mp4", 0, 0}, {"/v/b.mp4", 0, 0}}, 30 * kSecond),
            "1/4 videos, a.mp4 0:00 (and 1 more), 0.3x real time, ETA 1:30");
  EXPECT_EQ(indexing_progress({.videos = 2}, {}, kSecond), "0/2 videos") << "nothing is known yet";
}

TEST(IndexingReport, AVideoIsOneLineOfJson) {
  VideoOutcome failed = outcome(VideoOutcome::State::kFailed);
  failed.path = "caf\xE9 \"1\".mp4";
  failed.error = "damaged";
  failed.resumed = true;
  EXPECT_EQ(outcome_json(failed),
            "{\"path\":\"caf\xEF\xBF\xBD \\\"1\\\".mp4\",\"state\":\"failed\",\"error\":\"damaged\",\"segments\":0,"
            "\"new_segments\":0,\"repeated_frames\":0,\"duration\":10.0,\"resumed\":true}");
}

}  // namespace
}  // namespace blip
