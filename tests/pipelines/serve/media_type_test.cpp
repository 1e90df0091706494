#include "pipelines/serve/media_type.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(MediaType, ContentCountsMoreThanTheName) {
  EXPECT_EQ(video_media_type(std::string("\0\0\0\x20"
                                         "ftypisom",
                                         12),
                             "/a/b.avi"),
            "video/mp4");
  EXPECT_EQ(video_media_type(std::string("\0\0\0\x14"
                                         "ftypqt  ",
                                         12),
                             "/a/b.mp4"),
            "video/quicktime");
  EXPECT_EQ(video_media_type("\x1a\x45\xdf\xa3", "/a/b.webm"), "video/webm");
  EXPECT_EQ(video_media_type("\x1a\x45\xdf\xa3", "/a/b.mp4"), "video/x-matroska");
  EXPECT_EQ(video_media_type("RIFF\x01\x02\x03\x04"
                             "AVI LIST",
                             "/a/b"),
            "video/x-msvideo");
}

TEST(MediaType, TheNameCountsWhereContentSaysNothing) {
  EXPECT_EQ(video_media_type("", "/a/b.MP4"), "video/mp4");
  EXPECT_EQ(video_media_type("xxxxxxxxxxxx", "/a.mp4/b"), "application/octet-stream");
  EXPECT_EQ(video_media_type("<html>", "/a/b.html"), "application/octet-stream") << "nothing that a browser would run";
}

TEST(MediaType, KnowsTheFilesOfAPage) {
  EXPECT_EQ(page_media_type("index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(page_media_type("a/b.js"), "text/javascript; charset=utf-8");
  EXPECT_EQ(page_media_type("x.exe"), "application/octet-stream");
}

}  // namespace
}  // namespace blip
