#include "pipelines/indexing/shot_sampler.h"

#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "tests/pipelines/indexing/frames.h"

namespace blip {
namespace {

using test::Color;
using testing::ElementsAre;
using testing::SizeIs;

constexpr Color kRed{200, 0, 0}, kGreen{0, 200, 0}, kBlue{0, 0, 200}, kBlack{0, 0, 0}, kWhite{250, 250, 250};

// Frames that look the same, 100 ms each.
struct Alike {
  int frames;
  Color left = kRed, right = kWhite;
};

// Start, end and time of the frame, in milliseconds.
using Found = std::tuple<std::int64_t, std::int64_t, std::int64_t>;

class ShotSamplerTest : public testing::Test {
 protected:
  ShotSamplerTest() { gst_init(nullptr, nullptr); }

  std::vector<Found> sample(const std::vector<Alike>& runs, const SamplingOptions& options) {
    std::vector<std::int64_t> times;
    std::int64_t time = 0;
    for (const Alike& run : runs)
      for (int i = 0; i < run.frames; ++i, time += 100) times.push_back(time);
    return sample(runs, times, 100, options);
  }

  std::vector<Found> sample(const std::vector<Alike>& runs, const std::vector<std::int64_t>& times,
                            std::int64_t duration, const SamplingOptions& options) {
    ShotSampler sampler(options);
    std::vector<SampledShot> shots;
    std::size_t at = 0;
    for (const Alike& run : runs)
      for (int i = 0; i < run.frames; ++i)
        sampler.take(test::make_frame(times.at(at++), duration, run.left, run.right), shots);
    sampler.finish(shots);
    repeats_ = sampler.repeats();
    std::vector<Found> found;
    for (const SampledShot& shot : shots)
      found.emplace_back(shot.start / 1'000'000, shot.end / 1'000'000, shot.frame->time() / 1'000'000);
    return found;
  }

  static SamplingOptions every(std::int64_t milliseconds, GateRule rule = GateRule::kSimilar) {
    SamplingOptions options;
    options.interval = milliseconds * 1'000'000;
    options.gate.rule = rule;
    return options;
  }

  std::int64_t repeats_ = 0;
};

TEST_F(ShotSamplerTest, AShotIsASegmentWithItsMiddleFrame) {
  // Of more than seven frames every second one is a candidate: 400 and 600 lie as near to the middle of a second.
  EXPECT_THAT(sample({{10, kRed}, {6, kGreen}, {8, kBlue}}, every(5000)),
              ElementsAre(Found(0, 1000, 400), Found(1000, 1600, 1300), Found(1600, 2400, 2000)));
}

TEST_F(ShotSamplerTest, ALongShotIsCutAtTheInterval) {
  EXPECT_THAT(sample({{25, kRed}}, every(1000, GateRule::kOff)),
              ElementsAre(Found(0, 1000, 400), Found(1000, 2000, 1400), Found(2000, 2500, 2200)));
}

TEST_F(ShotSamplerTest, WhatRepeatsTheLastSegmentProlongsIt) {
  EXPECT_THAT(sample({{25, kRed}, {10, kGreen}}, every(1000)),
              ElementsAre(Found(0, 2500, 400), Found(2500, 3500, 2900)));
  EXPECT_EQ(repeats_, 2);
}

TEST_F(ShotSamplerTest, TheSamePictureLaterIsASegmentOfItsOwn) {
  EXPECT_THAT(sample({{10, kRed}, {10, kGreen}, {10, kRed}}, every(5000)), SizeIs(3));
  EXPECT_EQ(repeats_, 0);
}

TEST_F(ShotSamplerTest, RepeatsMakeASegmentNoLongerThanTold) {
  auto options = every(1000);
  options.longest_repeat = 2'000'000'000;
  EXPECT_THAT(sample({{45, kRed}}, options),
              ElementsAre(Found(0, 2000, 400), Found(2000, 4000, 2400), Found(4000, 4500, 4200)));
}

TEST_F(ShotSamplerTest, AShortShotJoinsTheOneBefore) {
  EXPECT_THAT(sample({{10, kRed}, {1, kWhite, kBlack}, {10, kBlue}}, every(5000)),
              ElementsAre(Found(0, 1100, 400), Found(1100, 2100, 1500)));
  EXPECT_THAT(sample({{11, kRed}}, every(1000, GateRule::kOff)), ElementsAre(Found(0, 1100, 400)))
      << "a short rest, too";
}

TEST_F(ShotSamplerTest, AShortShotAtTheBeginningJoinsTheNext) {
  // The detector of cuts needs two frames before it says that the next one is another shot.
  auto options = every(5000);
  options.shortest = 400'000'000;
  EXPECT_THAT(sample({{3, kRed}, {10, kBlue}}, options), ElementsAre(Found(0, 1300, 700)));
}

TEST_F(ShotSamplerTest, ManyShortShotsAreNotOneSegmentForEver) {
  std::vector<Alike> runs{{10, kRed}};
  for (int i = 0; i < 40; ++i) runs.push_back({1, i % 2 == 0 ? kGreen : kBlue, i % 2 == 0 ? kBlack : kWhite});
  for (const auto& [start, end, frame] : sample(runs, every(1000, GateRule::kOff)))
    EXPECT_LE(end - start, 2200) << start;
}

TEST_F(ShotSamplerTest, AVideoOfOneFrameIsOneSegment) {
  EXPECT_THAT(sample({{1, kRed}}, every(5000)), ElementsAre(Found(0, 100, 0)));
  EXPECT_THAT(sample({{1, kRed}}, {0}, 0, every(5000)), ElementsAre(Found(0, 0, 0))) << "a picture";
  EXPECT_THAT(sample({}, every(5000)), SizeIs(0));
}

TEST_F(ShotSamplerTest, AFlatFrameDoesNotStandForAShotThatHasOthers) {
  // A slow fade out of black: no cut, and the middle is black still.
  std::vector<Alike> runs(8, Alike{1, kBlack, kBlack});
  for (std::uint8_t level = 6; level <= 60; level = static_cast<std::uint8_t>(level + 6))
    runs.push_back({1, {level, 0, 0}, kBlack});
  const auto found = sample(runs, every(5000));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_GE(std::get<2>(found[0]), 900);
  EXPECT_THAT(sample({{10, kBlack, kBlack}}, every(5000)), ElementsAre(Found(0, 1000, 400))) << "nothing else there";
}

TEST_F(ShotSamplerTest, FramesOfAnyDurationAreToldByTheirTimes) {
  // Slides: each stands until the next.
  EXPECT_THAT(sample({{1, kRed}, {1, kGreen}, {1, kBlue}}, {0, 60'000, 61'000}, 0, every(5000)),
              ElementsAre(Found(0, 60'000, 0), Found(60'000, 62'000, 61'000)))
      << "after so few frames a cut cannot be told from motion";
}

TEST_F(ShotSamplerTest, StretchesFollowEachOtherWithoutGaps) {
  std::vector<Alike> runs;
  for (int i = 0; i < 60; ++i)
    runs.push_back(
        {1 + i * 7 % 13, {static_cast<std::uint8_t>(i * 37 % 256), static_cast<std::uint8_t>(i * 91 % 256), 0}});
  std::int64_t end = 0;
  for (const auto& [start, stop, frame] : sample(runs, every(700))) {
    EXPECT_EQ(start, end);
    EXPECT_LT(start, stop);
    end = stop;
  }
  std::int64_t all = 0;
  for (const Alike& run : runs) all += run.frames * 100;
  EXPECT_EQ(end, all);
}

TEST_F(ShotSamplerTest, KeepsFewFramesHoweverLongTheShotIs) {
  ShotSampler sampler(every(1'000'000));
  std::vector<std::weak_ptr<const DecodedFrame>> seen;
  std::vector<SampledShot> shots;
  for (int i = 0; i < 500; ++i) {
    auto frame = test::make_frame(i * 100, 100, kRed, kWhite);
    seen.push_back(frame);
    sampler.take(std::move(frame), shots);
  }
  EXPECT_LE(std::ranges::count_if(seen, [](const auto& frame) { return !frame.expired(); }), 8);
}

}  // namespace
}  // namespace blip
