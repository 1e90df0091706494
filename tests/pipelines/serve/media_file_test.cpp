#include "pipelines/serve/media_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <random>

#include "tests/pipelines/serve/serve_support.h"

namespace blip {
namespace {

using test::Answer;
using test::ServedIndex;

TEST(MediaFile, RandomRangesAreTheFilesBytes) {
  ServedIndex served;
  std::mt19937 random(7);
  const std::size_t size = served.content.size();
  test::RawClient client(served.port());
  for (int i = 0; i < 200; ++i) {
    const std::size_t first = random() % size;
    const std::size_t last = first + random() % (i % 2 == 0 ? 100 : size);
    const std::string range = i % 5 == 0   ? "bytes=" + std::to_string(first) + "-"
                              : i % 5 == 1 ? "bytes=-" + std::to_string(size - first)
                                           : "bytes=" + std::to_string(first) + "-" + std::to_string(last);
    const std::size_t end = i % 5 < 2 ? size : std::min(last + 1, size);
    client.send("GET /media/1 HTTP/1.1\r\nHost: localhost\r\nRange: " + range + "\r\n\r\n");
    const Answer answer = test::read_answer(client);
    ASSERT_EQ(answer.status, 206) << range;
    EXPECT_TRUE(answer.body == served.content.substr(first, end - first)) << range;
    EXPECT_EQ(answer.header("content-range"),
              "bytes " + std::to_string(first) + "-" + std::to_string(end - 1) + "/" + std::to_string(size));
  }
}

TEST(MediaFile, RangesBehindTheEndAreRefused) {
  ServedIndex served;
  for (const char* range : {"bytes=100000-", "bytes=-0", "bytes=9-3", "bytes=x"}) {
    const Answer answer = served.get("/media/1", {{"Range", range}});
    EXPECT_EQ(answer.status, 416) << range;
    EXPECT_EQ(answer.header("content-range"), "bytes */100000");
  }
  EXPECT_EQ(served.get("/media/1", {{"Range", "bytes=0-1,5-6"}}).status, 200) << "several: the whole";
  EXPECT_EQ(served.get("/media/1", {{"Range", "lines=0-1"}}).status, 200);
}

TEST(MediaFile, HeadTellsWhatGetWouldSend) {
  ServedIndex served;
  const Answer answer = test::ask(served.port(), {"HEAD", "/media/1", {{"Range", "bytes=0-9"}}, ""});
  EXPECT_EQ(answer.status, 200) << "ranges are of GET alone";
  EXPECT_EQ(answer.header("content-length"), "100000");
  EXPECT_EQ(answer.header("accept-ranges"), "bytes");
  EXPECT_EQ(answer.header("content-type"), "video/mp4");
}

TEST(MediaFile, AnUnchangedFileIsNotSentAgain) {
  ServedIndex served;
  const Answer first = served.get("/media/1");
  const std::string tag = first.header("etag"), date = first.header("last-modified");
  for (const auto& headers : std::vector<std::map<std::string, std::string>>{{{"If-None-Match", tag}},
                                                                             {{"If-None-Match", "\"x\", " + tag}},
                                                                             {{"If-None-Match", "*"}},
                                                                             {{"If-Modified-Since", date}}})
    EXPECT_EQ(served.get("/media/1", headers).status, 304) << headers.begin()->second;
  EXPECT_EQ(served.get("/media/1", {{"If-None-Match", "\"x\""}, {"If-Modified-Since", date}}).status, 200)
      << "the tag counts where there is one";
  EXPECT_EQ(served.get("/media/1", {{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}}).status, 200);
  EXPECT_EQ(served.get("/media/1", {{"If-Modified-Since", "nonsense"}}).status, 200);
}

TEST(MediaFile, APartOfAChangedFileIsTheWhole) {
  ServedIndex served;
  const Answer before = served.get("/media/1");
  const auto part = [&](const std::string& condition) {
    return served.get("/media/1", {{"Range", "bytes=0-9"}, {"If-Range", condition}}).status;
  };
  EXPECT_EQ(part(before.header("etag")), 206);
  EXPECT_EQ(part(before.header("last-modified")), 206);
  EXPECT_EQ(part("W/" + before.header("etag")), 200) << "a weak tag does not count";
  ServedIndex::write_file(served.media, served.content + "more");
  EXPECT_EQ(part(before.header("etag")), 200);
}

TEST(MediaFile, AnEmptyFileIsServed) {
  ServedIndex served;
  ServedIndex::write_file(served.media, "");
  const Answer answer = served.get("/media/1");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-length"), "0");
  EXPECT_EQ(served.get("/media/1", {{"Range", "bytes=0-"}}).status, 416);
}

TEST(MediaFile, OnlyRegularFilesAreOpened) {
  const test::TempDir folder;
  const auto status_of = [](const std::filesystem::path& path) {
    try {
      const MediaFile file(path);
    } catch (const HttpRefusal& refusal) {
      return refusal.status();
    }
    return 200;
  };
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(status_of(folder / "pipe"), 404) << "and does not wait for a writer";
  EXPECT_EQ(status_of(folder.path()), 404);
  EXPECT_EQ(status_of("/dev/zero"), 404);
  EXPECT_EQ(status_of(folder / "nothing"), 404);
}

TEST(MediaFile, EntityTagsAreComparedWhole) {
  EXPECT_TRUE(names_entity("\"a\"", "\"a\""));
  EXPECT_TRUE(names_entity("\"b\",\"a\"", "\"a\""));
  EXPECT_TRUE(names_entity("W/\"a\"", "\"a\""));
  EXPECT_FALSE(names_entity("\"aa\"", "\"a\""));
  EXPECT_FALSE(names_entity("a", "\"a\""));
  EXPECT_FALSE(names_entity("", "\"a\""));
}

}  // namespace
}  // namespace blip
