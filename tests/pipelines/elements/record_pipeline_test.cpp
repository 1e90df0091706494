// Videos that are not as they should be, through the whole program on an engine that says a picture's colour.
#include "pipelines/elements/record_pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

class RecordPipelineTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return directory_ / name; }
  test::ProgramResult caption(const std::string& name, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {path(name)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return test::run_caption(arguments, with_scripted_engine());
  }

  test::TempDir directory_;
};

TEST_F(RecordPipelineTest, CaptionsWhatThereIsOfAVideoCutShortAndSaysSo) {
  test::ClipSpec spec;
  spec.colors = {"red", "blue", "red", "blue"};
  spec.seconds = 3;
  spec.output_options = "-g 10 -bf 0 -movflags +faststart";
  test::make_clip(path("a.mp4"), spec);
  std::filesystem::resize_file(path("a.mp4"), std::filesystem::file_size(path("a.mp4")) / 4 * 3);
  const auto result = caption("a.mp4");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out_lines().at(0), testing::EndsWith("00:00:00.000 --> 00:00:03.000  a red picture"));
  EXPECT_THAT(result.err_lines(), ElementsAre(AllOf(HasSubstr("a.mp4: warning: "), HasSubstr("cut short"))));
}

TEST_F(RecordPipelineTest, FollowsAChangeOfResolution) {
  test::ClipSpec spec;
  spec.colors = {"red"};
  spec.codec = "-c:v libx264 -pix_fmt yuv420p";
  test::make_clip(path("small.ts"), spec);
  spec.colors = {"blue"};
  spec.size = "160x90";
  spec.output_options = "-output_ts_offset 1";
  test::make_clip(path("large.ts"), spec);
  test::run_ffmpeg("-i 'concat:" + path("small.ts") + "|" + path("large.ts") + "' -c copy " + path("both.ts"));
  const auto result = caption("both.ts");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out_lines(), ElementsAre(HasSubstr("a red picture"), HasSubstr("a blue picture")));
}

TEST_F(RecordPipelineTest, FollowsTimestampsNotFrameNumbers) {
  // Ten pictures in the first second, then one each second: variable frame rate.
  test::run_ffmpeg(
      "-f lavfi -i color=red:s=64x48:r=10:d=5 -vf \"select='lt(t,1)+not(mod(n,10))'\" -vsync vfr "
      "-c:v libx264 -pix_fmt yuv420p " +
      path("vfr.mp4"));
  const auto result = caption("vfr.mp4", {"--fps", "0", "--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto records = test::json_records(result);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].at("start"), 0);
  EXPECT_GE(records[0].at("end").get<double>(), 4.0);
}

TEST_F(RecordPipelineTest, BridgesAGapInTheTimestamps) {
  test::run_ffmpeg(
      "-f lavfi -i color=red:s=64x48:r=10:d=1 -f lavfi -i color=blue:s=64x48:r=10:d=1 -filter_complex "
      "'[1]setpts=PTS+30/TB[late];[0][late]concat=n=2,setpts=if(gte(N\\,10)\\,PTS+30/TB\\,PTS)' -vsync vfr "
      "-c:v libx264 -pix_fmt yuv420p " +
      path("gap.mkv"));
  const auto result = caption("gap.mkv", {"--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto records = test::json_records(result);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].at("text"), "a red picture");
  EXPECT_EQ(records[1].at("text"), "a blue picture");
  EXPECT_GT(records[1].at("start").get<double>(), 30);
}

TEST_F(RecordPipelineTest, TakesAVideoOfOnePicture) {
  test::run_ffmpeg("-f lavfi -i color=red:s=64x48:r=10:d=1 -frames:v 1 -c:v libx264 -pix_fmt yuv420p " +
                   path("one.mp4"));
  const auto result = caption("one.mp4");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out_lines(), ElementsAre(HasSubstr("a red picture")));
}

TEST_F(RecordPipelineTest, TakesAVideoWithoutAFrameRate) {
  const auto made = test::run_program({"gst-launch-1.0", "-q", "videotestsrc", "num-buffers=20", "pattern=red", "!",
                                       "video/x-raw,format=I420,width=64,height=48,framerate=10/1", "!", "capssetter",
                                       "caps=video/x-raw,framerate=(fraction)0/1", "!", "vp8enc", "!", "webmmux", "!",
                                       "filesink", "location=" + path("zero.webm")});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const auto result = caption("zero.webm", {"--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto records = test::json_records(result);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].at("text"), "a red picture");
  EXPECT_NEAR(records[0].at("end").get<double>(), 2, 0.2);
}

}  // namespace
}  // namespace blip
