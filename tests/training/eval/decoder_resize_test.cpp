#include "training/eval/decoder_resize.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "core/media/video_reader.h"
#include "tests/support/ffmpeg_program.h"
#include "tests/support/golden.h"

namespace blip {
namespace {

std::filesystem::path a_clip() {
  for (const auto& entry : std::filesystem::directory_iterator(test::shapes_dir() / "clips"))
    if (entry.path().extension() == ".mp4") return entry.path();
  throw std::runtime_error("no clip");
}

TEST(DecoderResize, GivesTheBytesOfTheScaleFilter) {
  if (!test::has_ffmpeg_program()) GTEST_SKIP() << "no ffmpeg program (scripts/setup test)";
  const auto clip = a_clip();
  DecoderResize resize;
  for (const int side : {48, 100}) {
    const std::string size = std::to_string(side);
    const auto expected = test::run_ffmpeg("-i '" + clip.string() + "' -frames:v 2 -vf scale=" + size + ":" + size +
                                           ":flags=bicubic -f rawvideo -pix_fmt rgb24 -");
    VideoReader reader = VideoReader::open(clip);
    std::vector<std::uint8_t> found;
    for (VideoFrame frame; found.size() < expected.size() && reader.next(frame);) {
      const RgbImage image = resize.resize(frame.view, side);
      found.insert(found.end(), image.pixels.begin(), image.pixels.end());
    }
    ASSERT_FALSE(expected.empty());
    EXPECT_EQ(found, expected) << side;
  }
}

TEST(DecoderResize, AnEvenColourStaysAndTurningIsDone) {
  RgbImage image(40, 20);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = i % 3 == 0 ? 200 : 10;
  ImageView view = image.view();
  view.orientation = Orientation::kRotate90Clockwise;
  DecoderResize resize;
  const RgbImage small = resize.resize(view, 8);
  ASSERT_EQ(small.width, 8);
  ASSERT_EQ(small.height, 8);
  for (std::size_t i = 0; i < small.pixels.size(); ++i) EXPECT_NEAR(small.pixels[i], i % 3 == 0 ? 200 : 10, 1);
  EXPECT_THROW(resize.resize(view, 0), Error);
}

}  // namespace
}  // namespace blip
