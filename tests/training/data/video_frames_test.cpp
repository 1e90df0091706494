#include "training/data/video_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/temp_dir.h"
#include "tests/training/data/clip_fixture.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::HasSubstr;

TEST(VideoFramesGolden, AFrameIsShownUntilTheNextBegins) {
  const auto clip = test::first_clip().file;
  const auto frames = test::frames_of(clip);
  const std::size_t last = frames.size() - 1;
  // Times in no order, and which frame each shows.
  const std::vector<std::pair<double, std::size_t>> wanted{{(frames[5].pts + frames[6].pts) / 2, 5},
                                                           {0, 0},
                                                           {frames[2].pts, 2},
                                                           {frames[6].pts - 1e-6, 5},
                                                           {frames[2].pts, 2},
                                                           {(frames[last].pts + frames[last].end) / 2, last}};
  std::vector<double> times;
  for (const auto& [time, frame] : wanted) times.push_back(time);
  std::map<std::size_t, RgbImage> taken;
  double before = -1;
  read_video_frames(clip, times, [&](std::size_t i, const RgbImage& image) {
    EXPECT_GE(times[i], before);
    before = times[i];
    EXPECT_TRUE(taken.emplace(i, image).second);
  });
  ASSERT_EQ(taken.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    EXPECT_EQ(taken[i].pixels, frames[wanted[i].second].image.pixels) << "time " << times[i];
}

TEST(VideoFrames, ATimeBehindTheEndIsAnErrorAfterTheOthers) {
  const auto clip = test::first_clip().file;
  const auto frames = test::frames_of(clip);
  std::vector<std::size_t> taken;
  const auto message = error_of([&] {
    read_video_frames(clip, {1000, 0.1}, [&](std::size_t i, const RgbImage&) { taken.push_back(i); });
  });
  EXPECT_THAT(message,
              AllOf(HasSubstr(clip.filename().string()), HasSubstr("no frame at 1000"), HasSubstr("is over at")));
  EXPECT_THAT(taken, testing::ElementsAre(1));
}

TEST(VideoFrames, NoTimesNeedNoFrames) {
  read_video_frames(test::first_clip().file, {}, [](std::size_t, const RgbImage&) { FAIL(); });
}

TEST(VideoFrames, NamesAVideoThatIsNone) {
  const test::TempDir dir;
  test::write_file(dir / "a.mp4", "not a video");
  EXPECT_THAT(error_of([&] { read_video_frames(dir / "a.mp4", {0}, [](std::size_t, const RgbImage&) {}); }),
              HasSubstr("a.mp4"));
}

}  // namespace
}  // namespace blip
