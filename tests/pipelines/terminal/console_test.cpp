#include "pipelines/terminal/console.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

// Under a test runner stderr is captured in a file, so it is no terminal.
TEST(Console, WritesOneLineAMessage) {
  testing::internal::CaptureStderr();
  Console("gst-blip").line("odd\nname.mp4: no such file");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "gst-blip: odd name.mp4: no such file\n");
}

TEST(Console, SaysSomeThingsOnce) {
  testing::internal::CaptureStderr();
  Console console("gst-blip");
  console.line_once("warning: a");
  console.line_once("warning: b");
  console.line_once("warning: a");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "gst-blip: warning: a\ngst-blip: warning: b\n");
}

TEST(Console, ShowsNoProgressWhereStderrIsNoTerminal) {
  testing::internal::CaptureStderr();
  {
    Console console("gst-blip");
    EXPECT_FALSE(console.shows_progress());
    console.progress("talk.mp4 50 %");
    console.clear_progress();
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace blip
