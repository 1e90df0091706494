#include "core/media/frame_at.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/vision/color_convert.h"
#include "tests/support/ffmpeg_program.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

struct Shown {
  double pts = 0;
  std::vector<std::uint8_t> rgb;
};

Shown shown(const VideoFrame& frame) {
  ColorConverter converter;
  return {frame.pts, converter.to_rgb(frame.view).pixels};
}

std::vector<Shown> read_through(const std::filesystem::path& video) {
  VideoReader reader = VideoReader::open(video);
  std::vector<Shown> frames;
  for (VideoFrame frame; reader.next(frame);) frames.push_back(shown(frame));
  return frames;
}

// Of frames in display order, the one to be seen at `time`.
const Shown& seen_at(const std::vector<Shown>& frames, double time) {
  const Shown* seen = &frames.front();
  for (const Shown& frame : frames)
    if (frame.pts <= time + 1e-6) seen = &frame;
  return *seen;
}

void expect_same_frames(const std::filesystem::path& video, unsigned seed) {
  const auto frames = read_through(video);
  ASSERT_FALSE(frames.empty());
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> anywhere(-1, frames.back().pts + 2);
  std::vector<double> times{0, frames.back().pts, frames.back().pts + 100};
  for (int i = 0; i < 8; ++i) times.push_back(anywhere(random));
  for (const auto& frame : {frames[frames.size() / 2], frames[frames.size() / 3]}) times.push_back(frame.pts);
  const auto found = read_frames_at(video, times);
  ASSERT_EQ(found.size(), times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    const Shown got = shown(found[i]);
    const Shown& expected = seen_at(frames, times[i]);
    EXPECT_DOUBLE_EQ(got.pts, expected.pts) << video << " at " << times[i];
    EXPECT_TRUE(got.rgb == expected.rgb) << video << " at " << times[i];
  }
  const double alone = times.back();
  EXPECT_TRUE(shown(read_frame_at(video, alone)).rgb == seen_at(frames, alone).rgb);
}

TEST(FrameAtGolden, FramesAreThoseOfReadingThrough) {
  const auto clips = test::read_json(test::shapes_dir() / "annotations.json").at("clips");
  ASSERT_FALSE(clips.empty());
  std::set<std::string> codecs;
  unsigned seed = 0;
  for (const auto& clip : clips) {
    // One of each codec, and a few more: that is what seeking depends on.
    if (!codecs.insert(clip.at("codec").get<std::string>()).second && ++seed % 12 != 0) continue;
    expect_same_frames(test::shapes_dir() / clip.at("file").get<std::string>(), seed);
  }
}

TEST(FrameAt, SeeksInLongFilesWithFewKeyFrames) {
  if (!test::has_ffmpeg_program()) GTEST_SKIP() << "no ffmpeg program";
  const test::TempDir folder;
  for (const std::string format : {"mp4", "mkv", "ts", "avi"}) {
    const auto video = folder.path() / ("long." + format);
    test::run_ffmpeg("-f lavfi -i testsrc2=size=64x48:rate=10:duration=40 -pix_fmt yuv420p -c:v " +
                     std::string(format == "avi" ? "mpeg4" : "libx264 -preset ultrafast -bf 2") + " -g 80 '" +
                     video.string() + "'");
    expect_same_frames(video, 7);
  }
}

TEST(FrameAt, NothingAskedForIsNothingRead) {
  EXPECT_TRUE(read_frames_at("/nowhere/at/all.mp4", {}).empty());
}

TEST(FrameAt, AMissingFileIsNamed) {
  try {
    read_frame_at("/nowhere/at/all.mp4", 1);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kNotFound);
    EXPECT_THAT(e.what(), testing::HasSubstr("/nowhere/at/all.mp4"));
  }
}

}  // namespace
}  // namespace blip
