#include "core/media/video_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/support/png_writer.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using ::testing::HasSubstr;

std::string first_clip() {
  return (test::shapes_dir() /
          test::read_json(test::shapes_dir() / "annotations.json").at("clips").at(0).at("file").get<std::string>())
      .string();
}

class BadVideoTest : public ::testing::Test {
 protected:
  void expect_error(const std::string& path, ErrorKind kind, const std::string& part) {
    ::testing::internal::CaptureStderr();
    try {
      VideoDecoder decoder(path);
      ADD_FAILURE() << "no error for " << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind) << error.what();
      EXPECT_THAT(error.what(), HasSubstr(path));
      EXPECT_THAT(error.what(), HasSubstr(part));
    }
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  }

  std::string file(const std::string& name, std::string_view bytes) {
    test::write_file(dir_ / name, bytes);
    return (dir_ / name).string();
  }

  test::TempDir dir_;
};

TEST_F(BadVideoTest, EachHasOneClearError) {
  expect_error((dir_ / "missing.mp4").string(), ErrorKind::kNotFound, "does not exist");
  expect_error(dir_.path().string(), ErrorKind::kInvalidData, "directory");
  expect_error(file("empty.mp4", ""), ErrorKind::kInvalidData, "empty");
  const std::string prose = "A man walks into a bar. This is a text and no video.\n";
  for (const char* name : {"text.txt", "text.mp4", "text"})
    expect_error(file(name, prose), ErrorKind::kInvalidData, "as video");
  std::string colored;
  for (int i = 0; i < 200; ++i) colored += "\x1b[1;31mred\x1b[0m and\r\n";
  expect_error(file("colored.txt", colored), ErrorKind::kInvalidData, "text file");
  expect_error(file("art.ans", colored), ErrorKind::kInvalidData, "text file");
  expect_error(file("list.csv", "a,b\n1,2\n"), ErrorKind::kInvalidData, "list.csv");
  expect_error(file("cues.srt", "1\n00:00:00,000 --> 00:00:01,000\nhello\n"), ErrorKind::kInvalidData,
               "no video stream");
  expect_error(file("noise.mp4", std::string(5000, '\x5A')), ErrorKind::kInvalidData, "as video");
  expect_error(file("list.m3u8", "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"),
               ErrorKind::kInvalidData, "as video");
}

TEST_F(BadVideoTest, NamesWithColonsAreFiles) {
  expect_error((dir_ / "http:x.mp4").string(), ErrorKind::kNotFound, "does not exist");
}

TEST(VideoDecoder, EndsWithNullAndStaysThere) {
  VideoDecoder decoder(first_clip());
  std::int64_t frames = 0;
  while (const FrameHandle frame = decoder.next()) {
    EXPECT_GT(frame->width, 0);
    ++frames;
  }
  EXPECT_GT(frames, 0);
  EXPECT_EQ(decoder.next(), nullptr);
  EXPECT_EQ(decoder.damaged_packets(), 0);
  EXPECT_FALSE(decoder.read_failed());
}

}  // namespace
}  // namespace blip
