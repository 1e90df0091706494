#include "training/capfilt/shot_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/media/video_writer.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"
#include "tests/training/data/clip_fixture.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::HasSubstr;

std::vector<ShotFrame> frames_of(const std::filesystem::path& video, const ShotOptions& options) {
  ShotFrames reader(video, options);
  std::vector<ShotFrame> frames;
  for (ShotFrame frame; reader.next(frame);) frames.push_back(frame);
  return frames;
}

// A video of grey levels, `each` frames of each at 10 frames a second, with a bright bar that tells them apart.
void write_video(const std::filesystem::path& path, const std::vector<int>& levels, int each) {
  VideoWriter writer(path, {.width = 64, .height = 48, .fps = 10});
  for (const int level : levels) {
    RgbImage image(64, 48);
    std::fill(image.pixels.begin(), image.pixels.end(), static_cast<std::uint8_t>(level));
    for (int i = 0; i < each; ++i) writer.write(image.view());
  }
  writer.finish();
}

TEST(ShotFrames, FindsTheShotsOfClipsAndTakesTheirMiddle) {
  auto videos = find_texted_videos(test::shapes_dir()).videos;
  videos.resize(std::min<std::size_t>(videos.size(), 12));
  int shots = 0, found = 0, right = 0;
  for (const TextedVideo& video : videos) {
    const auto frames = frames_of(video.file, {});
    found += static_cast<int>(frames.size());
    for (const TextSegment& shot : video.segments) {
      ++shots;
      const double middle = (shot.start + shot.end) / 2;
      for (const ShotFrame& frame : frames) {
        if (std::abs(frame.shot_start - shot.start) > 0.1) continue;
        ++right;
        EXPECT_NEAR(frame.time, middle, (shot.end - shot.start) / 4) << video.file;
      }
    }
  }
  ASSERT_GT(shots, 12);
  EXPECT_GE(right, 0.9 * shots) << found << " found of " << shots;
  EXPECT_LE(found - right, 0.1 * shots);
}

TEST(ShotFrames, LongShotsAreCutAndWhatLooksTheSameIsKnown) {
  const test::TempDir dir;
  write_video(dir / "v.mp4", {40, 200, 40}, 20);  // 2 s each
  const auto whole = frames_of(dir / "v.mp4", {});
  ASSERT_EQ(whole.size(), 3u);
  EXPECT_NEAR(whole[1].shot_start, 2, 0.01);
  EXPECT_NEAR(whole[1].shot_end, 4, 0.01);
  EXPECT_NEAR(whole[1].time, 3, 0.15);
  EXPECT_FALSE(whole[0].near_duplicate);
  EXPECT_FALSE(whole[1].near_duplicate);
  EXPECT_TRUE(whole[2].near_duplicate) << "grey 40 was there before";
  EXPECT_EQ(whole[0].image.width, 64);

  const auto pieces = frames_of(dir / "v.mp4", {.frames = 1, .longest = 1, .shortest = 0});
  EXPECT_EQ(pieces.size(), 6u);
  const auto several = frames_of(dir / "v.mp4", {.frames = 2, .longest = 10, .shortest = 0});
  ASSERT_EQ(several.size(), 6u);
  EXPECT_NEAR(several[0].time, 0.5, 0.15);
  EXPECT_NEAR(several[1].time, 1.5, 0.15);
  EXPECT_TRUE(frames_of(dir / "v.mp4", {.frames = 1, .longest = 10, .shortest = 3}).empty());
}

TEST(ShotFrames, RefusesWhatDoesNotGo) {
  const auto clip = test::first_clip().file;
  EXPECT_THAT(error_of([&] { ShotFrames(clip, {.frames = 0}); }), HasSubstr("frames a shot is 0"));
  EXPECT_THAT(error_of([&] { ShotFrames(clip, {.frames = 1, .longest = 0.1}); }), HasSubstr("longest"));
  EXPECT_THAT(error_of([&] { ShotFrames(clip, {.frames = 1, .longest = 2, .shortest = 3}); }), HasSubstr("shortest"));
  EXPECT_NE(error_of([&] { ShotFrames("none.mp4", {}); }), "");
}

}  // namespace
}  // namespace blip
