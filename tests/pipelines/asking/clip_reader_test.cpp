#include "pipelines/asking/clip_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "core/engine/backend.h"
#include "tests/pipelines/support/clips.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

// Features that know how bright their picture was (the first byte of luma).
class Brightness final : public ImageFeatures {
 public:
  explicit Brightness(int level) : level_(level) {}
  int level() const { return level_; }
  std::int64_t tokens() const override { return 1; }
  std::int64_t width() const override { return 1; }
  Matrix to_matrix() const override { return {1, 1}; }

 private:
  int level_;
};

class ClipReader : public testing::Test {
 protected:
  EncodePictures encode() {
    return [this](std::span<const ImageView> pictures) {
      largest_batch_ = std::max(largest_batch_, pictures.size());
      std::vector<std::shared_ptr<const ImageFeatures>> features;
      for (const ImageView& picture : pictures) {
        ++encoded_;
        features.push_back(std::make_shared<Brightness>(*picture.planes[0]));
      }
      return features;
    };
  }
  static std::vector<int> levels(const Clip& clip) {
    std::vector<int> all;
    for (const auto& features : clip.frames) all.push_back(static_cast<const Brightness&>(*features).level());
    return all;
  }
  // Frame n of 24 is n * 10 bright.
  std::string ramp(const std::string& name, const std::string& options) {
    test::run_ffmpeg("-f lavfi -i color=black:s=32x32:r=12:d=2 -vf \"format=gray,geq=lum='N*10'\" " + options + " " +
                     (directory_ / name).string());
    return directory_ / name;
  }

  test::TempDir directory_;
  std::size_t encoded_ = 0, largest_batch_ = 0;
  const ReadingProgress always_ = [](std::int64_t, std::int64_t) { return true; };
};

TEST_F(ClipReader, ChoosesFramesAsTheOriginalDoes) {
  EXPECT_THAT(chosen_frames(59, 8), ElementsAre(0, 7, 14, 21, 28, 35, 42, 49));
  EXPECT_THAT(chosen_frames(16, 16), SizeIs(16));
  EXPECT_THAT(chosen_frames(3, 16), ElementsAre(0, 1, 2));
  EXPECT_THAT(chosen_frames(0, 16), SizeIs(0));
}

TEST_F(ClipReader, EncodesTheChosenFramesAndNoOthers) {
  const auto video = encode_video(ramp("a.avi", "-c:v rawvideo -pix_fmt yuv420p -color_range 2"), 6, encode(), always_);
  ASSERT_TRUE(video.has_value());
  EXPECT_EQ(encoded_, 6u);
  const auto found = levels(video->clip);
  ASSERT_THAT(found, SizeIs(6));
  for (std::size_t i = 1; i < found.size(); ++i) EXPECT_GT(found[i], found[i - 1]) << i;
  EXPECT_EQ(video->start, 0);
  EXPECT_NEAR(static_cast<double>(video->end), 2e9, 1e8);
}

TEST_F(ClipReader, ReadsAgainWhereTheContainerDoesNotSayHowManyFramesThereAre) {
  const std::string avi = ramp("a.avi", "-c:v rawvideo -pix_fmt yuv420p");
  const auto expected = levels(encode_video(avi, 5, encode(), always_)->clip);
  test::run_ffmpeg("-i " + avi + " -c:v ffv1 -live 1 " + (directory_ / "a.mkv").string());
  EXPECT_EQ(levels(encode_video(directory_ / "a.mkv", 5, encode(), always_)->clip), expected);
}

TEST_F(ClipReader, EncodesAFewFramesAtATime) {
  encode_video(ramp("a.avi", "-c:v rawvideo -pix_fmt yuv420p"), 24, encode(), always_);
  EXPECT_EQ(encoded_, 24u);
  EXPECT_LE(largest_batch_, 8u);
}

TEST_F(ClipReader, StopsWhenTold) {
  int frames = 0;
  const auto video = encode_video(ramp("a.avi", "-c:v rawvideo -pix_fmt yuv420p"), 24, encode(),
                                  [&](std::int64_t, std::int64_t) { return ++frames < 5; });
  EXPECT_FALSE(video.has_value());
  EXPECT_EQ(frames, 5);
}

TEST_F(ClipReader, TellsHowFarItCame) {
  std::vector<std::int64_t> positions, durations;
  encode_video(ramp("a.avi", "-c:v rawvideo -pix_fmt yuv420p"), 1, encode(),
               [&](std::int64_t position, std::int64_t duration) {
                 positions.push_back(position);
                 durations.push_back(duration);
                 return true;
               });
  EXPECT_TRUE(std::is_sorted(positions.begin(), positions.end()));
  EXPECT_THAT(durations, Each(2'000'000'000));
}

TEST_F(ClipReader, RefusesWhatIsNoVideo) {
  std::ofstream(directory_ / "a.mp4") << "text";
  EXPECT_THROW(encode_video(directory_ / "a.mp4", 4, encode(), always_), Error);
}

}  // namespace
}  // namespace blip
