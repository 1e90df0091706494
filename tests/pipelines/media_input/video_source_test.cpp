// What videos are made of, through the whole program on an engine that says a picture's colour.
#include "pipelines/media_input/video_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/pipelines/support/clips.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/pipelines/support/scripted_engine.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::with_scripted_engine;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class VideoSource : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return directory_ / name; }

  // The program fails with one line that names the file, without GStreamer's debug texts.
  void expect_one_error(const std::string& file, const testing::Matcher<std::string>& words,
                        const test::ProgramOptions& options = with_scripted_engine()) {
    const auto result = test::run_caption({file}, options);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err_lines(), ElementsAre(AllOf(StartsWith("gst-blip: "), HasSubstr(file), words,
                                                      Not(HasSubstr(".c(")), Not(HasSubstr("GStreamer-")))));
  }

  test::TempDir directory_;
};

TEST_F(VideoSource, ReadsManyContainersAndCodecs) {
  const std::vector<std::pair<std::string, std::string>> kinds = {
      {"a.mp4", "-c:v libx264 -pix_fmt yuv420p"}, {"b.mkv", "-c:v mpeg4"},
      {"c.webm", "-c:v libvpx -pix_fmt yuv420p"}, {"d.avi", "-c:v mjpeg -pix_fmt yuvj420p"},
      {"e.ts", "-c:v libx264 -pix_fmt yuv420p"},  {"f.mp4", "-c:v libx264 -pix_fmt yuv444p"}};
  for (const auto& [name, codec] : kinds) {
    test::ClipSpec spec;
    spec.codec = codec;
    test::make_clip(path(name), spec);
    const auto result = test::run_caption({path(name)}, with_scripted_engine());
    EXPECT_EQ(result.exit_code, 0) << name << ": " << result.err;
    EXPECT_THAT(result.out_lines(), ElementsAre(HasSubstr("a red picture"), HasSubstr("a blue picture"))) << name;
  }
}

TEST_F(VideoSource, DecodesNoSound) {
  test::run_ffmpeg(
      "-f lavfi -i color=red:s=64x48:r=10:d=1 -f lavfi -i sine=d=1 -c:v libx264 -pix_fmt yuv420p -c:a aac " +
      path("a.mp4"));
  auto options = with_scripted_engine();
  options.environment["GST_PLUGIN_FEATURE_RANK"] = "avdec_aac:NONE,faad:NONE,fdkaacdec:NONE,avdec_aac_fixed:NONE";
  const auto result = test::run_caption({path("a.mp4")}, options);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "00:00:00.000 --> 00:00:01.000  a red picture\n");
  EXPECT_EQ(result.err, "");
}

TEST_F(VideoSource, SaysWhatAFileWithoutVideoHolds) {
  test::run_ffmpeg("-f lavfi -i sine=d=1 -c:a aac " + path("a.mp4"));
  expect_one_error(path("a.mp4"), AllOf(HasSubstr("no video stream"), HasSubstr("AAC")));
  test::run_ffmpeg("-f lavfi -i sine=d=1 " + path("a.wav"));
  expect_one_error(path("a.wav"), HasSubstr("no video stream"));
}

TEST_F(VideoSource, NamesThePackageOfAMissingDecoder) {
  test::make_clip(path("a.mp4"));
  auto options = with_scripted_engine();
  options.environment["GST_PLUGIN_FEATURE_RANK"] =
      "avdec_h264:NONE,openh264dec:NONE,v4l2h264dec:NONE,vah264dec:NONE,vaapih264dec:NONE,nvh264dec:NONE";
  expect_one_error(path("a.mp4"), AllOf(HasSubstr("no H.264"), HasSubstr("apt install gstreamer1.0-libav")), options);
}

TEST_F(VideoSource, RefusesText) {
  std::ofstream out(path("notes.mp4"));
  for (int day = 1; day < 100; ++day) out << "Day " << day << ": today I saw a red bus.\n";
  out.close();
  expect_one_error(path("notes.mp4"), HasSubstr("text file"));
}

TEST_F(VideoSource, RefusesAnimatedGifs) {
  test::run_ffmpeg("-f lavfi -i color=red:s=64x48:r=10:d=1 " + path("a.gif"));
  expect_one_error(path("a.gif"), AllOf(HasSubstr("no video stream"), HasSubstr("GIF")));
}

TEST_F(VideoSource, RefusesNoise) {
  std::ofstream out(path("noise.mp4"), std::ios::binary);
  for (std::uint32_t i = 1, x = 12345; i < 20000; ++i, x = x * 1664525 + 1013904223) out << static_cast<char>(x >> 24);
  out.close();
  expect_one_error(path("noise.mp4"), HasSubstr("no kind of video"));
}

TEST_F(VideoSource, RefusesAVideoWhoseIndexIsCutOff) {
  test::make_clip(path("a.mp4"));  // ffmpeg writes the index last
  std::filesystem::resize_file(path("a.mp4"), std::filesystem::file_size(path("a.mp4")) / 2);
  expect_one_error(path("a.mp4"), HasSubstr("damaged or cut short"));
}

TEST_F(VideoSource, TurnsAPhoneVideoByItsDisplayMatrix) {
  test::make_clip(path("plain.mp4"));
  test::run_ffmpeg("-i " + path("plain.mp4") + " -c copy -metadata:s:v rotate=90 " + path("turned.mp4"));
  const std::string log = path("log.jsonl");
  ASSERT_EQ(test::run_caption({path("turned.mp4")}, with_scripted_engine({{"log", log}})).exit_code, 0);
  std::ifstream in(log);
  int analyses = 0;
  for (std::string line; std::getline(in, line);) {
    const auto fields = nlohmann::json::parse(line);
    if (!fields.contains("orientation")) continue;
    ++analyses;
    EXPECT_NE(fields.at("orientation"), 1);
  }
  EXPECT_EQ(analyses, 2);
}

}  // namespace
}  // namespace blip
