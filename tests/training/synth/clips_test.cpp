#include "training/synth/clips.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/media/video_reader.h"
#include "tests/support/json_lines.h"
#include "tests/support/temp_dir.h"
#include "training/synth/truth.h"

namespace blip::synth {
namespace {

// Mean difference of two luma planes.
double difference(const ImageView& a, const ImageView& b) {
  double sum = 0;
  for (int y = 0; y < a.height; ++y)
    for (int x = 0; x < a.width; ++x)
      sum += std::abs(a.planes[0][y * a.strides[0] + x] - b.planes[0][y * b.strides[0] + x]);
  return sum / (a.width * a.height);
}

TEST(Clips, VideoIsWhatItsAnnotationSays) {
  const blip::test::TempDir dir;
  std::filesystem::create_directory(dir / "clips");
  ItemOptions options;
  options.seed = 6;
  const auto clip = nlohmann::json::parse(make_clip(options, Part::kTest, 0, dir.path()));

  VideoReader reader = VideoReader::open(dir / clip.at("file").get<std::string>());
  EXPECT_EQ(reader.info().width, clip.at("width").get<int>());
  EXPECT_EQ(reader.info().height, clip.at("height").get<int>());
  EXPECT_EQ(reader.info().codec, clip.at("codec").get<std::string>());
  EXPECT_NEAR(reader.info().frame_rate, clip.at("fps").get<double>(), 1e-6);
  std::vector<VideoFrame> frames;
  for (VideoFrame frame; reader.next(frame);) frames.push_back(frame);
  ASSERT_EQ(frames.size(), clip.at("frames").get<std::size_t>());
  EXPECT_NEAR(frames.size() / clip.at("fps").get<double>(), clip.at("duration").get<double>(), 1e-3);

  std::size_t next = 0;
  for (const auto& shot : clip.at("shots")) {
    ASSERT_EQ(shot.at("first_frame").get<std::size_t>(), next);
    EXPECT_NEAR(frames[next].pts, shot.at("start").get<double>(), 1e-3);
    if (next > 0) {
      EXPECT_GT(difference(frames[next - 1].view, frames[next].view), 6) << "no cut at " << next;
    }
    const std::size_t length = shot.at("frames").get<std::size_t>();
    for (std::size_t i = next + 1; i < next + length; ++i)
      EXPECT_LT(difference(frames[i - 1].view, frames[i].view), 3) << "a cut at " << i;
    next += length;
    const SceneFacts facts = facts_from_json(shot, "shot");
    EXPECT_FALSE(shot.at("true_captions").empty());
    for (const auto& caption : shot.at("true_captions")) EXPECT_TRUE(judge(caption.get<std::string>(), facts).is_true);
  }
  EXPECT_EQ(next, frames.size());
  EXPECT_GE(clip.at("shots").size(), 2U);
}

TEST(Clips, ALargerClipShowsTheSameInAsManyShotsAsAsked) {
  const blip::test::TempDir dir;
  ItemOptions options;
  options.clip_shots = 3;
  std::array<nlohmann::json, 2> clips;
  std::array<std::vector<double>, 2> levels;  // of a grid of places in the first frame
  for (const int scale : {1, 3}) {
    const std::size_t run = scale == 1 ? 0 : 1;
    const auto folder = dir / std::to_string(scale);
    std::filesystem::create_directories(folder / "clips");
    options.clip_scale = scale;
    clips[run] = nlohmann::json::parse(make_clip(options, Part::kTest, 1, folder));
    VideoReader reader = VideoReader::open(folder / clips[run].at("file").get<std::string>());
    VideoFrame frame;
    ASSERT_TRUE(reader.next(frame));
    for (int y = 4; y < 108; y += 8) {
      for (int x = 4; x < 160; x += 8)
        levels[run].push_back(frame.view.planes[0][y * scale * frame.view.strides[0] + x * scale]);
    }
  }
  EXPECT_EQ(clips[0].at("shots").size(), 3U);
  EXPECT_EQ(clips[1].at("width"), 3 * clips[0].at("width").get<int>());
  EXPECT_EQ(clips[1].at("height"), 3 * clips[0].at("height").get<int>());
  for (const char* same : {"caption", "questions", "frames"}) EXPECT_EQ(clips[0].at(same), clips[1].at(same)) << same;
  std::size_t close = 0;
  for (std::size_t i = 0; i < levels[0].size(); ++i) close += std::abs(levels[0][i] - levels[1][i]) < 16;
  EXPECT_GT(close, levels[0].size() * 9 / 10);
}

TEST(Clips, AnnotationsAreOneJsonDocument) {
  const blip::test::TempDir dir;
  AnnotationWriter writer(dir / "annotations.json", "a \"set\"");
  writer.add(R"({"file": "a.mp4"})");
  writer.add(R"({"file": "b.mp4"})");
  EXPECT_FALSE(std::filesystem::exists(dir / "annotations.json"));
  writer.finish();
  const auto json = blip::test::read_json(dir / "annotations.json");
  EXPECT_EQ(json.at("set"), "a \"set\"");
  ASSERT_EQ(json.at("clips").size(), 2U);
  EXPECT_EQ(json.at("clips").at(1).at("file"), "b.mp4");
}

}  // namespace
}  // namespace blip::synth
