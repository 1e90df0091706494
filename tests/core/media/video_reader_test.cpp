#include "core/media/video_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "core/base/error.h"
#include "core/vision/color_convert.h"
#include "core/vision/image_preprocess.h"
#include "tests/support/ffmpeg_program.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/support/png_writer.h"
#include "tests/support/safetensors_file.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using Bytes = std::vector<std::uint8_t>;
using ::testing::HasSubstr;

// All frames as RGB, one after the other, and their times.
struct Contents {
  Bytes rgb;
  std::vector<double> pts;
  std::set<std::pair<int, int>> sizes;
  std::vector<std::string> warnings;
};

Contents read_all(const std::filesystem::path& path) {
  VideoReader reader = VideoReader::open(path);
  ColorConverter converter;
  Contents contents;
  for (VideoFrame frame; reader.next(frame);) {
    const RgbImage& image = converter.to_rgb(frame.view);
    contents.rgb.insert(contents.rgb.end(), image.pixels.begin(), image.pixels.end());
    contents.sizes.insert({image.width, image.height});
    contents.pts.push_back(frame.pts);
  }
  contents.warnings = reader.warnings();
  return contents;
}

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

nlohmann::json annotated_clips() {
  auto clips = test::read_json(test::shapes_dir() / "annotations.json").at("clips");
  if (clips.empty()) throw std::runtime_error("annotations.json lists no clips");
  return clips;
}

TEST(VideoReaderGolden, FrameCountsSizesAndTimesAreThoseOfTheAnnotations) {
  for (const auto& clip : annotated_clips()) {
    const std::string file = clip.at("file");
    VideoReader reader = VideoReader::open(test::shapes_dir() / file);
    const auto fps = clip.at("fps").get<double>();
    EXPECT_EQ(reader.info().width, clip.at("width").get<int>()) << file;
    EXPECT_EQ(reader.info().height, clip.at("height").get<int>()) << file;
    EXPECT_NEAR(reader.info().frame_rate, fps, 1e-6) << file;
    EXPECT_NEAR(reader.info().duration, clip.at("duration").get<double>(), 0.6 / fps) << file;
    std::int64_t frames = 0;
    for (VideoFrame frame; reader.next(frame); ++frames) {
      EXPECT_NEAR(frame.pts, static_cast<double>(frames) / fps, reader.info().time_base) << file << " frame " << frames;
      EXPECT_EQ(frame.view.width, clip.at("width").get<int>());
      EXPECT_EQ(frame.view.height, clip.at("height").get<int>());
      EXPECT_EQ(frame.view.orientation, Orientation::kUpright);
    }
    EXPECT_EQ(frames, clip.at("frames").get<std::int64_t>()) << file;
    EXPECT_THAT(reader.warnings(), ::testing::IsEmpty()) << file;
  }
}

TEST(VideoReaderGolden, TimesOfTheShotsAreTheReferences) {
  const auto expected = test::read_json(test::shapes_dir() / "expected.json");
  ASSERT_FALSE(expected.at("clips").empty());
  for (const auto& clip : expected.at("clips")) {
    VideoReader reader = VideoReader::open(test::shapes_dir() / clip.at("file").get<std::string>());
    std::vector<double> pts;
    for (VideoFrame frame; reader.next(frame);) pts.push_back(frame.pts);
    for (const auto& shot : clip.at("shots")) {
      EXPECT_NEAR(pts.at(shot.at("frame").get<std::size_t>()), shot.at("pts").get<double>(), 1e-3) << clip.at("file");
    }
  }
}

// From the file to the model's input: the same pixels as PyAV and the original's transform.
TEST(VideoReaderGolden, PreprocessedFramesEqualTheReference) {
  const test::SafetensorsFile expected(test::shapes_dir() / "frames.safetensors");
  int compared = 0;
  for (const std::string& name : expected.names()) {
    const std::size_t mark = name.rfind('#');
    ASSERT_NE(mark, std::string::npos) << name;
    VideoReader reader = VideoReader::open(test::shapes_dir() / name.substr(0, mark));
    VideoFrame frame;
    for (int i = 0; i <= std::stoi(name.substr(mark + 1)); ++i) ASSERT_TRUE(reader.next(frame)) << name;
    const std::int64_t side = expected.shape(name).at(2);
    std::vector<float> out(static_cast<std::size_t>(3 * side * side));
    preprocess(frame.view, side, out.data());
    const std::vector<float> values = expected.floats(name);
    ASSERT_EQ(values.size(), out.size());
    float worst = 0;
    for (std::size_t i = 0; i < out.size(); ++i) worst = std::max(worst, std::abs(out[i] - values[i]));
    EXPECT_LE(worst, 1e-6f) << name;
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

TEST(VideoReaderGolden, PixelsEqualTheFfmpegProgram) {
  if (!test::has_ffmpeg_program()) GTEST_SKIP() << "no ffmpeg program";
  std::set<std::pair<std::string, int>> seen;  // one clip of each codec and width
  for (const auto& clip : annotated_clips()) {
    if (!seen.emplace(clip.at("codec").get<std::string>(), clip.at("width").get<int>()).second) continue;
    const auto path = test::shapes_dir() / clip.at("file").get<std::string>();
    const Bytes expected =
        test::run_ffmpeg("-i '" + path.string() + "' -vsync passthrough -pix_fmt rgb24 -f rawvideo -");
    EXPECT_TRUE(read_all(path).rgb == expected) << path;
  }
}

class MadeVideoTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_ffmpeg_program()) GTEST_SKIP() << "no ffmpeg program";
  }

  // Writes a test picture moving at 10 frames a second.
  std::filesystem::path make(const std::string& name, const std::string& options, const std::string& size = "64x48",
                             int frames = 20) {
    const auto path = dir_ / name;
    test::run_ffmpeg("-f lavfi -i testsrc2=size=" + size + ":rate=10 -frames:v " + std::to_string(frames) + " " +
                     options + " '" + path.string() + "'");
    return path;
  }

  test::TempDir dir_;
};

TEST_F(MadeVideoTest, EveryPixelFormatAndOddSizesEqualTheFfmpegProgram) {
  const std::vector<std::pair<std::string, std::string>> formats{
      {"yuv420p", "33x35"},     {"yuv420p", "35x34"}, {"yuv422p", "64x48"}, {"yuv444p", "33x35"},
      {"yuv420p10le", "64x48"}, {"gray", "33x35"},    {"bgr0", "33x35"}};
  for (const auto& [format, size] : formats) {
    const auto path = make("x.mkv", "-c:v ffv1 -pix_fmt " + format, size, 3);
    const Bytes expected = test::run_ffmpeg("-i '" + path.string() + "' -pix_fmt rgb24 -f rawvideo -");
    EXPECT_TRUE(read_all(path).rgb == expected) << format << " " << size;
  }
}

TEST_F(MadeVideoTest, TagsOfMatrixAndRangeAreFollowed) {
  for (const char* tags : {"-colorspace bt709", "-colorspace bt709 -color_range pc", "-colorspace smpte240m",
                           "-colorspace fcc", "-colorspace bt2020nc -color_range tv"}) {
    const auto path = make("x.mkv", std::string("-c:v ffv1 -pix_fmt yuv420p ") + tags, "64x48", 2);
    const Bytes expected = test::run_ffmpeg("-i '" + path.string() + "' -pix_fmt rgb24 -f rawvideo -");
    EXPECT_TRUE(read_all(path).rgb == expected) << tags;
  }
}

TEST_F(MadeVideoTest, DisplayMatricesTurnTheFrames) {
  const auto upright = make("upright.mp4", "-c:v libx264 -pix_fmt yuv420p", "64x48", 2);
  for (const char* degrees : {"90", "180", "270"}) {
    const auto turned = dir_ / "turned.mp4";
    test::run_ffmpeg("-i '" + upright.string() + "' -c copy -metadata:s:v:0 rotate=" + degrees + " '" +
                     turned.string() + "'");
    EXPECT_NE(VideoReader::open(turned).info().orientation, Orientation::kUpright) << degrees;
    const Bytes expected = test::run_ffmpeg("-i '" + turned.string() + "' -pix_fmt rgb24 -f rawvideo -");
    const Contents contents = read_all(turned);
    EXPECT_TRUE(contents.rgb == expected) << degrees;
    const bool lies = std::string(degrees) != "180";
    EXPECT_EQ(contents.sizes, (std::set<std::pair<int, int>>{lies ? std::pair{48, 64} : std::pair{64, 48}}));
  }
}

TEST_F(MadeVideoTest, ResolutionMayChangeHalfWay) {
  const std::string first = read_bytes(make("a.ts", "-c:v libx264 -pix_fmt yuv420p", "64x48", 10));
  const std::string second = read_bytes(make("b.ts", "-c:v libx264 -pix_fmt yuv420p", "96x64", 10));
  test::write_file(dir_ / "both.ts", first + second);
  const Contents contents = read_all(dir_ / "both.ts");
  EXPECT_EQ(contents.sizes, (std::set<std::pair<int, int>>{{64, 48}, {96, 64}}));
  EXPECT_EQ(contents.pts.size(), 20u);
}

TEST_F(MadeVideoTest, TimesStartWhereTheContainerSays) {
  const auto late = read_all(make("late.mkv", "-c:v libx264 -bf 2 -output_ts_offset 3"));
  ASSERT_EQ(late.pts.size(), 20u);
  EXPECT_NEAR(late.pts.front(), 3.0, 1e-3);
  EXPECT_NEAR(late.pts.back(), 4.9, 1e-3);
  const auto transport = read_all(make("clock.ts", "-c:v libx264 -bf 2"));  // this muxer's clock starts at 1.4 s or so
  ASSERT_EQ(transport.pts.size(), 20u);
  EXPECT_NEAR(transport.pts.front(), 0.0, 1e-3);
  EXPECT_NEAR(transport.pts.back(), 1.9, 1e-3);
}

TEST_F(MadeVideoTest, GapsBetweenTimesStay) {
  const auto contents =
      read_all(make("gap.mkv", "-vf \"select='not(between(n,5,9))'\" -vsync vfr -c:v libx264", "64x48", 10));
  ASSERT_EQ(contents.pts.size(), 10u);
  EXPECT_NEAR(contents.pts[4], 0.4, 1e-3);
  EXPECT_NEAR(contents.pts[5], 1.0, 1e-3);
  EXPECT_THAT(contents.warnings, ::testing::IsEmpty());
}

TEST_F(MadeVideoTest, StreamsWithoutTimesAreCounted) {
  const auto contents = read_all(make("raw.m2v", "-c:v mpeg2video -f mpeg2video", "64x48", 10));
  ASSERT_EQ(contents.pts.size(), 10u);
  for (std::size_t i = 1; i < contents.pts.size(); ++i) EXPECT_GT(contents.pts[i], contents.pts[i - 1]);
}

TEST_F(MadeVideoTest, SoundAloneIsNoVideo) {
  const auto path = dir_ / "sound.mp4";
  test::run_ffmpeg("-f lavfi -i sine=duration=1 -c:a aac '" + path.string() + "'");
  try {
    VideoReader::open(path);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
    EXPECT_THAT(error.what(), HasSubstr("has no video stream"));
  }
}

TEST_F(MadeVideoTest, TruncatedFilesGiveWhatDecodesAndAWarning) {
  for (const char* name : {"cut.mp4", "cut.mkv", "cut.avi", "cut.webm"}) {
    const std::string codec = std::string(name) == "cut.webm" ? "-c:v libvpx -b:v 500k" : "-c:v libx264 -g 5";
    const std::string whole =
        read_bytes(make(name, codec + (std::string(name) == "cut.mp4" ? " -movflags faststart" : ""), "64x48", 40));
    test::write_file(dir_ / name, whole.substr(0, whole.size() * 6 / 10));
    ::testing::internal::CaptureStderr();
    const Contents contents = read_all(dir_ / name);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "") << name;
    EXPECT_GT(contents.pts.size(), 5u) << name;
    EXPECT_LT(contents.pts.size(), 40u) << name;
    EXPECT_THAT(contents.warnings, ::testing::Contains(HasSubstr("ends early"))) << name;
  }
}

TEST_F(MadeVideoTest, FilesCutBeforeTheFirstFrameAreErrors) {
  const std::string whole = read_bytes(make("cut.mp4", "-c:v libx264 -movflags faststart"));
  const std::size_t data = whole.find("mdat");
  ASSERT_NE(data, std::string::npos);
  for (const std::size_t size : {std::size_t{10}, std::size_t{100}, data / 2, data, data + 20}) {
    test::write_file(dir_ / "cut.mp4", whole.substr(0, size));
    EXPECT_THROW(read_all(dir_ / "cut.mp4"), Error) << size << " bytes";
  }
}

TEST_F(MadeVideoTest, DamagedFilesNeverCrashOrPrint) {
  const std::string whole = read_bytes(make("whole.mp4", "-c:v libx264 -g 5"));
  ::testing::internal::CaptureStderr();
  for (std::size_t step = 0; step < 40; ++step) {
    std::string damaged = whole;
    for (std::size_t at = step; at < damaged.size(); at += 97 + 13 * step)
      damaged[at] = static_cast<char>(damaged[at] ^ 0xA5);
    test::write_file(dir_ / "damaged.mp4", damaged);
    try {
      read_all(dir_ / "damaged.mp4");
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("damaged.mp4"));
    }
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(MadeVideoTest, FramesStayValidWhileOthersAreRead) {
  VideoReader reader = VideoReader::open(make("a.mp4", "-c:v libx264 -pix_fmt yuv420p"));
  VideoFrame first, other;
  ASSERT_TRUE(reader.next(first));
  const Bytes before = to_rgb(first.view).pixels;
  while (reader.next(other)) {
  }
  EXPECT_EQ(to_rgb(first.view).pixels, before);
  EXPECT_FALSE(reader.next(other));
}

}  // namespace
}  // namespace blip
