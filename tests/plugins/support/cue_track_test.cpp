#include "plugins/support/cue_track.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace blip {
namespace {

std::shared_ptr<const Finding> said(const std::string& text) {
  return std::make_shared<const Finding>(Finding{text, {}});
}

// "cue 0-10 a; gap 10-12; mark": the steps since the last call.
std::string steps(CueTrack& track) {
  std::string line;
  for (const TextStep& step : track.take()) {
    if (!line.empty()) line += "; ";
    if (step.kind == TextStep::Kind::kMark) {
      line += "mark";
      continue;
    }
    line += step.kind == TextStep::Kind::kCue ? "cue " : "gap ";
    line += std::to_string(step.start) + "-" + std::to_string(step.end);
    if (step.finding) line += " " + step.finding->text;
  }
  return line;
}

CueTrack track_from(std::int64_t start, CueMode mode) {
  CueTrack track;
  track.set_mode(mode);
  track.mark(std::nullopt, start);
  track.take();
  return track;
}

TEST(CueTrackImmediate, GivesACueAsSoonAsItsTextIsKnown) {
  CueTrack track = track_from(0, CueMode::kImmediate);
  track.sampled(1, 0, 10);
  EXPECT_EQ(steps(track), "");
  track.resolve(1, said("a"));
  EXPECT_EQ(steps(track), "cue 0-10 a");
}

TEST(CueTrackImmediate, KeepsTheOrderOfTheFramesWhateverTheOrderOfTheResults) {
  CueTrack track = track_from(0, CueMode::kImmediate);
  track.sampled(1, 0, 10);
  track.sampled(2, 10, 20);
  track.resolve(2, said("b"));
  EXPECT_EQ(steps(track), "");
  track.resolve(1, said("a"));
  EXPECT_EQ(steps(track), "cue 0-10 a; cue 10-20 b");
}

TEST(CueTrackImmediate, FillsWhatHasNoTextWithGaps) {
  CueTrack track = track_from(0, CueMode::kImmediate);
  track.sampled(1, 3, 10);
  EXPECT_EQ(steps(track), "gap 0-3");
  track.resolve(1, nullptr);
  EXPECT_EQ(steps(track), "gap 3-10");
  track.advance(50);
  EXPECT_EQ(steps(track), "gap 10-50");
  track.sampled(2, 55, 60);
  track.drop(2);
  EXPECT_EQ(steps(track), "gap 50-55; gap 55-60");
}

TEST(CueTrackImmediate, AFrameWithoutAnEndLastsUntilTheNext) {
  CueTrack track = track_from(0, CueMode::kImmediate);
  track.sampled(1, 0, std::nullopt);
  track.resolve(1, said("a"));
  EXPECT_EQ(steps(track), "");
  track.sampled(2, 7, std::nullopt);
  EXPECT_EQ(steps(track), "cue 0-7 a");
  track.resolve(2, said("b"));
  track.mark(9, std::nullopt);
  EXPECT_EQ(steps(track), "cue 7-9 b; mark");
}

TEST(CueTrackImmediate, AFrameOfUnknownLengthAtTheEndDoesNotHoldTheEndUp) {
  CueTrack track = track_from(0, CueMode::kImmediate);
  track.sampled(1, 5, std::nullopt);
  track.mark(std::nullopt, std::nullopt);
  track.resolve(1, said("a"));
  EXPECT_EQ(steps(track), "gap 0-5; mark");
}

TEST(CueTrackImmediate, NeverOverlapsWhenSamplesComeSoonerThanWasSaid) {
  CueTrack track = track_from(0, CueMode::kImmediate);
  track.sampled(1, 0, 100);
  track.resolve(1, said("a"));
  track.sampled(2, 40, 60);
  track.resolve(2, said("b"));
  track.sampled(3, 90, 120);
  track.resolve(3, said("c"));
  EXPECT_EQ(steps(track), "cue 0-100 a; cue 100-120 c");
}

TEST(CueTrackImmediate, ATimeThatGoesBackIsNotFollowed) {
  CueTrack track = track_from(0, CueMode::kImmediate);
  track.advance(50);
  track.advance(20);
  track.sampled(1, 30, 60);
  track.resolve(1, said("a"));
  EXPECT_EQ(steps(track), "gap 0-50; cue 50-60 a");
}

TEST(CueTrackImmediate, AMarkWaitsForTheSamplesBeforeItAndHoldsBackThoseAfter) {
  CueTrack track = track_from(0, CueMode::kImmediate);
  track.sampled(1, 0, 10);
  track.mark(10, 500);
  track.sampled(2, 500, 510);
  track.resolve(2, said("b"));
  EXPECT_EQ(steps(track), "");
  track.resolve(1, said("a"));
  EXPECT_EQ(steps(track), "cue 0-10 a; mark; gap 500-500; cue 500-510 b");
}

TEST(CueTrackImmediate, ANewSegmentMayBeginEarlier) {
  CueTrack track = track_from(1000, CueMode::kImmediate);
  track.sampled(1, 1000, 1010);
  track.resolve(1, said("a"));
  track.mark(1010, 0);
  track.sampled(2, 0, 10);
  track.resolve(2, said("b"));
  EXPECT_EQ(steps(track), "cue 1000-1010 a; mark; gap 0-0; cue 0-10 b");
}

TEST(CueTrackImmediate, ResetForgetsWhatWasAsked) {
  CueTrack track = track_from(0, CueMode::kImmediate);
  track.sampled(1, 0, 10);
  track.reset();
  track.mark(std::nullopt, 0);
  track.take();
  track.resolve(1, said("old"));
  track.advance(5);
  EXPECT_EQ(steps(track), "gap 0-5");
}

TEST(CueTrackCoalesce, BeginsWithAnEmptyGapForSinksThatWait) {
  CueTrack track;
  track.set_mode(CueMode::kCoalesce);
  track.mark(std::nullopt, 7);
  EXPECT_EQ(steps(track), "mark; gap 7-7");
}

TEST(CueTrackCoalesce, MergesEqualTextsAndEndsWhereAnotherBegins) {
  CueTrack track = track_from(0, CueMode::kCoalesce);
  const char* texts[] = {"a", "a", "b", "b", "a"};
  for (std::uint64_t id = 0; id < 5; ++id) {
    const auto start = static_cast<std::int64_t>(10 * id + 1);  // a little after the grid's points
    track.sampled(id, start, 10 * (static_cast<std::int64_t>(id) + 1));
    track.resolve(id, said(texts[id]));
  }
  EXPECT_EQ(steps(track), "gap 0-1; cue 1-21 a; cue 21-41 b");
  track.mark(48, std::nullopt);
  EXPECT_EQ(steps(track), "cue 41-48 a; mark");
}

TEST(CueTrackCoalesce, AFailureEndsTheCueAndASkippedSampleDoesNot) {
  CueTrack track = track_from(0, CueMode::kCoalesce);
  track.sampled(1, 0, 10);
  track.sampled(2, 10, 20);
  track.sampled(3, 20, 30);
  track.sampled(4, 30, 40);
  track.resolve(1, said("a"));
  track.drop(2);
  track.resolve(3, said("a"));
  track.resolve(4, nullptr);
  EXPECT_EQ(steps(track), "cue 0-30 a; gap 30-40");
}

TEST(CueTrackCoalesce, GivesTheOpenCueToAConsumerThatWaitsAndGoesOn) {
  CueTrack track = track_from(0, CueMode::kCoalesce);
  track.sampled(1, 0, 10);
  EXPECT_FALSE(track.flush_open()) << "nothing is known yet";
  track.resolve(1, said("a"));
  EXPECT_TRUE(track.has_open_cue());
  EXPECT_TRUE(track.flush_open());
  EXPECT_EQ(steps(track), "cue 0-10 a");
  EXPECT_FALSE(track.flush_open());
  track.sampled(2, 10, 20);
  EXPECT_FALSE(track.flush_open()) << "a sample is waited for";
  track.resolve(2, said("a"));
  track.mark(15, std::nullopt);
  EXPECT_EQ(steps(track), "cue 10-15 a; mark");
}

TEST(CueTrackCoalesce, LastsToTheEndOfTheStreamOverAHole) {
  CueTrack track = track_from(0, CueMode::kCoalesce);
  track.sampled(1, 0, 10);
  track.resolve(1, said("a"));
  track.mark(500, std::nullopt);
  EXPECT_EQ(steps(track), "cue 0-500 a; mark");
}

// Whatever happens in whatever order: steps are contiguous from the segment's start on, and all marks come out.
TEST(CueTrackProperty, StepsAreContiguousAndMonotonic) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&random](int limit) {
      return static_cast<std::int64_t>(random() % static_cast<unsigned>(limit));
    };
    CueTrack track = track_from(0, seed % 2 == 0 ? CueMode::kImmediate : CueMode::kCoalesce);
    std::vector<std::uint64_t> waiting;
    std::int64_t time = 0, position = 0;
    int marks = 0, marks_seen = 0;
    const auto check = [&] {
      for (const TextStep& step : track.take()) {
        if (step.kind == TextStep::Kind::kMark) {
          ++marks_seen;
          continue;
        }
        ASSERT_EQ(step.start, position) << "seed " << seed;
        ASSERT_GT(step.end, step.start);
        position = step.end;
      }
    };
    for (std::uint64_t id = 0; id < 200; ++id) {
      time += below(8);
      switch (below(6)) {
        case 0:
        case 1:
          track.sampled(id, time, below(3) == 0 ? std::nullopt : std::optional(time + below(12)));
          waiting.push_back(id);
          break;
        case 2:
          track.advance(time);
          break;
        case 3:
          track.flush_open();
          break;
        case 4:
          if (below(8) == 0) {
            track.mark(time, std::nullopt);
            ++marks;
          }
          break;
        default:
          if (waiting.empty()) break;
          const auto at = waiting.begin() + below(static_cast<int>(waiting.size()));
          if (below(5) == 0) {
            track.drop(*at);
          } else {
            track.resolve(*at, below(5) == 0 ? nullptr : said(std::string(1, static_cast<char>('a' + below(2)))));
          }
          waiting.erase(at);
      }
      check();
    }
    for (const auto id : waiting) track.resolve(id, said("a"));
    track.mark(time, std::nullopt);
    check();
    EXPECT_EQ(marks_seen, marks + 1) << "seed " << seed;
    EXPECT_GE(position, time) << "seed " << seed;
  }
}

}  // namespace
}  // namespace blip
