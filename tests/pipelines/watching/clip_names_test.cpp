#include "pipelines/watching/clip_names.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace blip {
namespace {

TEST(ClipNames, HoldNothingThatAFileNameMayNot) {
  EXPECT_EQ(file_word("A red car!"), "a-red-car");
  EXPECT_EQ(file_word("../../etc/passwd"), "etc-passwd");
  EXPECT_EQ(file_word("  \xc3\xa9t\xc3\xa9 2 "), "t-2");
  EXPECT_EQ(file_word("///"), "x");
  EXPECT_EQ(file_word(std::string(100, 'a')).size(), 40u);
}

TEST(ClipNames, TellSourceTimeAndQuery) {
  const test::TempDir directory;
  Alert alert;
  alert.source = "/videos/My talk.mp4";
  alert.query.text = "a red car";
  alert.start = 62'345'000'000;
  EXPECT_EQ(new_clip_name(directory / "", alert).filename(), "my-talk_00-01-02.345_a-red-car");
  alert.source = "file:///videos/a%20b.mp4";
  EXPECT_EQ(new_clip_name(directory / "", alert).filename(), "a-b_00-01-02.345_a-red-car");
  alert.source = "rtsp://me:***@camera.local:554/live/1?key=secret";
  alert.date = 1'700'000'000'250'000'000;
  EXPECT_EQ(new_clip_name(directory / "", alert).filename(), "camera-local-554-live-1_20231114T221320.250Z_a-red-car");
}

TEST(ClipNames, AreGivenOnce) {
  const test::TempDir directory;
  Alert alert;
  alert.source = "a.mp4";
  alert.query.text = "q";
  const auto first = new_clip_name(directory / "", alert);
  EXPECT_EQ(new_clip_name(directory / "", alert), first.string() + "-2");
  std::ofstream(first.string() + "-3.jpg") << "x";
  EXPECT_EQ(new_clip_name(directory / "", alert), first.string() + "-4");
}

}  // namespace
}  // namespace blip
