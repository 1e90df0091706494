#include "pipelines/watching/clip_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/vision/jpeg_file.h"
#include "tests/pipelines/support/clips.h"
#include "tests/pipelines/watching/clip_colors.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::colors_of_clip;
using testing::AllOf;
using testing::Each;
using testing::Eq;
using testing::SizeIs;

constexpr std::int64_t kMs = 1'000'000;

class ClipFile : public testing::Test {
 protected:
  const std::string video_ = test::kept_clip("talk.mp4", {});  // a second of red, one of blue, 10 pictures a second
  test::TempDir directory_;
  const std::filesystem::path clip_ = directory_ / "clip.mp4";
};

TEST_F(ClipFile, ShowsTheStretchItWasAskedFor) {
  cut_clip(video_, 700 * kMs, 1500 * kMs, clip_);
  const auto found = colors_of_clip(clip_);
  EXPECT_EQ(found.rate, 10);
  EXPECT_THAT(found.colors, testing::ElementsAre("red", "red", "red", "blue", "blue", "blue", "blue", "blue"));
  EXPECT_FALSE(std::filesystem::exists(clip_.string() + ".part"));
}

TEST_F(ClipFile, BeginsBetweenTwoPicturesWithTheOneThatIsSeen) {
  cut_clip(video_, 950 * kMs, 1150 * kMs, clip_);
  EXPECT_THAT(colors_of_clip(clip_).colors, testing::ElementsAre("red", "blue"));
}

TEST_F(ClipFile, KeepsToTheVideosEnds) {
  cut_clip(video_, -1000 * kMs, 300 * kMs, clip_);
  EXPECT_THAT(colors_of_clip(clip_).colors, AllOf(SizeIs(3), Each(Eq("red"))));
  cut_clip(video_, 1500 * kMs, 60'000 * kMs, directory_ / "end.mp4");
  EXPECT_THAT(colors_of_clip(directory_ / "end.mp4").colors, AllOf(SizeIs(5), Each(Eq("blue"))));
}

TEST_F(ClipFile, AVeryShortStretchIsOnePicture) {
  cut_clip(video_, 500 * kMs, 501 * kMs, clip_);
  EXPECT_THAT(colors_of_clip(clip_).colors, SizeIs(1));
}

TEST_F(ClipFile, EndsWhenItIsToldTo) {
  int asked = 0;
  cut_clip(video_, 0, 2000 * kMs, clip_, [&] { return ++asked < 5; });
  EXPECT_LT(colors_of_clip(clip_).colors.size(), 6u);
}

TEST_F(ClipFile, ReportsAVideoThatIsGone) {
  EXPECT_THROW(cut_clip(directory_ / "gone.mp4", 0, kMs, clip_), Error);
  EXPECT_THROW(cut_clip(video_, 0, kMs, directory_ / "no/such/clip.mp4"), Error);
  EXPECT_FALSE(std::filesystem::exists(clip_));
}

TEST_F(ClipFile, IsAssembledFromPicturesAtASteadyRate) {
  std::vector<KeptPicture> pictures;
  for (const auto& [time, red] : {std::pair(1000, true), {1130, true}, {1500, false}, {1590, false}})
    pictures.push_back({time * kMs, std::make_shared<const std::string>(test::plain_jpeg(red))});
  assemble_clip(pictures, 5000 * kMs, 10, clip_);
  const auto found = colors_of_clip(clip_);
  EXPECT_EQ(found.rate, 10);
  EXPECT_EQ(found.count("red"), 5u);   // from 1.0 s to 1.5 s
  EXPECT_EQ(found.count("blue"), 2u);  // and to the end of the last picture, 1.69 s
  EXPECT_THROW(assemble_clip({}, 0, 10, directory_ / "none.mp4"), Error);
}

TEST_F(ClipFile, StopsAtTheEndEvenIfMorePicturesAreThere) {
  std::vector<KeptPicture> pictures;
  for (int i = 0; i < 10; ++i)
    pictures.push_back({i * 100 * kMs, std::make_shared<const std::string>(test::plain_jpeg(true))});
  assemble_clip(pictures, 500 * kMs, 10, clip_);
  EXPECT_THAT(colors_of_clip(clip_).colors, SizeIs(5));
}

TEST_F(ClipFile, GivesThePictureOfATime) {
  const auto jpeg = [&](int ms) { return decode_jpeg(picture_of(video_, ms * kMs, 640, 480), "picture").image; };
  EXPECT_EQ(test::color_in(jpeg(900)), "red");
  EXPECT_EQ(test::color_in(jpeg(1000)), "blue");
  EXPECT_EQ(jpeg(0).width, 64);
}

TEST_F(ClipFile, FitsPicturesIntoEvenSides) {
  const auto size = [](int width, int height, int most_wide, int most_high) {
    const RgbImage fitted = fit_picture(RgbImage(width, height), most_wide, most_high);
    EXPECT_EQ(fitted.pixels.size(), 3u * static_cast<std::size_t>(fitted.width * fitted.height));
    return std::pair(fitted.width, fitted.height);
  };
  EXPECT_EQ(size(64, 48, 640, 480), std::pair(64, 48));
  EXPECT_EQ(size(65, 49, 640, 480), std::pair(64, 48));
  EXPECT_EQ(size(1920, 1080, 640, 480), std::pair(640, 360));
  EXPECT_EQ(size(1080, 1920, 640, 480), std::pair(270, 480));
  EXPECT_EQ(size(1, 1, 640, 480), std::pair(2, 2));
  EXPECT_EQ(size(4000, 3, 640, 480), std::pair(640, 2));
}

}  // namespace
}  // namespace blip
