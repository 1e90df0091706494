#include "pipelines/runner/pipeline_variable.h"

#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "pipelines/terminal/usage_error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

PipelineVariable variable(const std::string& fields) {
  gst_init(nullptr, nullptr);
  return read_variable("v", YamlValue::parse("{help: h, " + fields + "}", "p.yaml"));
}

std::string value_of(const std::string& fields, const std::string& value) {
  return resolve_variable(variable(fields), value).text;
}

void expect_refused(const std::string& fields, const std::vector<std::string>& values) {
  for (const std::string& value : values)
    EXPECT_THROW(resolve_variable(variable(fields), value), UsageError) << fields << ": " << value;
}

TEST(PipelineVariable, ChecksNumbers) {
  EXPECT_EQ(value_of("type: number, min: 0, max: 2", "0.5"), "0.5");
  expect_refused("type: number, min: 0, max: 2", {"", "-1", "2.5", "nan", "inf", "1 ! x", "1x", "0x1"});
  EXPECT_EQ(value_of("type: integer", "-7"), "-7");
  expect_refused("type: integer", {"1.5", "1e3", "99999999999999999999"});
}

TEST(PipelineVariable, KnowsBooleansChoicesAndDurations) {
  EXPECT_EQ(value_of("type: boolean", "true"), "true");
  expect_refused("type: boolean", {"yes", "1", ""});
  EXPECT_EQ(value_of("type: choice, values: [a, b]", "b"), "b");
  expect_refused("type: choice, values: [a, b]", {"c", "", "a,b"});
  EXPECT_EQ(value_of("type: duration", "1.5s"), "1500000000");
  expect_refused("type: duration", {"soon", "-1s"});
}

TEST(PipelineVariable, WantsAFileToBeThere) {
  const test::TempDir directory;
  std::ofstream(directory / "a b.mp4") << "x";
  EXPECT_EQ(value_of("type: file", directory / "a b.mp4"), directory / "a b.mp4");
  expect_refused("type: file", {directory / "missing.mp4", directory.path(), ""});
  expect_refused("type: text", {"caf\xE9"});
}

TEST(PipelineVariable, MakesElementsOfASource) {
  const test::TempDir directory;
  std::ofstream(directory / "a ! b.mp4") << "x";
  EXPECT_EQ(value_of("type: source", directory / "a ! b.mp4"),
            "filesrc location=\"" + (directory / "a ! b.mp4").string() + "\" ! decodebin");
  EXPECT_EQ(value_of("type: source", "rtsp://cam/1"), "uridecodebin uri=rtsp://cam/1");
  EXPECT_EQ(value_of("type: source", "rtsp://cam/1 ! filesink"), "uridecodebin uri=\"rtsp://cam/1 ! filesink\"");
  EXPECT_EQ(value_of("type: source", "/dev/video7"), "v4l2src device=/dev/video7");
  EXPECT_EQ(value_of("type: source", "videotestsrc is-live=true"), "videotestsrc is-live=true");
  expect_refused("type: source", {"missing.mp4", "", "nosuchelement ! x"});
}

TEST(PipelineVariable, FindsAModelForItsTask) {
  unsetenv("GST_BLIP_MODEL");
  const PipelineVariable model = variable("type: model, task: match");
  EXPECT_EQ(model.default_value, "");
  EXPECT_TRUE(std::filesystem::exists(resolve_variable(model, "").text));
  EXPECT_EQ(resolve_variable(model, "my.pth").text, "my.pth");
  setenv("GST_BLIP_MODEL", "/models/blip", 1);
  EXPECT_EQ(resolve_variable(model, "").text, "/models/blip");
  unsetenv("GST_BLIP_MODEL");
}

}  // namespace
}  // namespace blip
