#include "training/eval/clip_pixels.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/vision/image_preprocess.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"
#include "tests/training/data/clip_fixture.h"

namespace blip {
namespace {

constexpr std::int64_t kSide = 16;

Medium a_video() {
  return {"clip", test::first_clip().file, MediaKind::kVideo};
}

TEST(ClipPixels, FramesAreTakenAsTheOriginalSamplesThem) {
  const Medium video = a_video();
  const auto frames = test::frames_of(video.path);
  const ClipPixels pixels = read_clip_pixels(video, {3, FrameResize::kPillow}, kSide);
  ASSERT_EQ(pixels.frames, 3);
  const std::size_t size = static_cast<std::size_t>(3 * kSide * kSide);
  ASSERT_EQ(pixels.values.size(), 3 * size);
  std::vector<float> expected(size);
  for (std::size_t i = 0; i < 3; ++i) {
    preprocess(frames.at(i * (frames.size() / 3)).image.view(), kSide, expected.data());
    EXPECT_TRUE(
        std::equal(expected.begin(), expected.end(), pixels.values.begin() + static_cast<std::ptrdiff_t>(i * size)));
  }
}

TEST(ClipPixels, MoreFramesThanThereAreGiveTheFirst) {
  const Medium video = a_video();
  const auto count = static_cast<std::int64_t>(test::frames_of(video.path).size()) + 1;
  const ClipPixels pixels = read_clip_pixels(video, {count, FrameResize::kDecord}, kSide);
  const std::size_t size = static_cast<std::size_t>(3 * kSide * kSide);
  EXPECT_TRUE(std::equal(pixels.values.begin(), pixels.values.begin() + static_cast<std::ptrdiff_t>(size),
                         pixels.values.end() - static_cast<std::ptrdiff_t>(size)));
}

TEST(ClipPixels, APictureIsOneFrame) {
  const auto file = test::golden_dir() / "preprocess" / "b_640x360.png";
  const ClipPixels pixels = read_clip_pixels({"b", file, MediaKind::kImage}, {}, 48);
  EXPECT_EQ(pixels.frames, 1);
  EXPECT_EQ(pixels.values.size(), 3U * 48 * 48);
}

TEST(ClipPixels, WhatCannotBeReadIsNamed) {
  const test::TempDir folder;
  std::ofstream(folder / "broken.mp4") << "no video";
  EXPECT_THROW(read_clip_pixels({"x", folder / "broken.mp4", MediaKind::kVideo}, {}, kSide), Error);
  EXPECT_THROW(read_clip_pixels({"x", folder / "none.mp4", MediaKind::kVideo}, {}, kSide), Error);
  EXPECT_THROW(frame_resize_named("bilinear"), Error);
  EXPECT_EQ(frame_resize_named(frame_resize_name(FrameResize::kPillow)), FrameResize::kPillow);
}

}  // namespace
}  // namespace blip
