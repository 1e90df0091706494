// Several threads on one index: writers share an IndexWriter, each reader has its own connection.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/core/index/index_support.h"

namespace blip {
namespace {

using test::TempDir;

TEST(IndexThreads, WriteTogetherWhileOthersRead) {
  const TempDir dir;
  const auto index = dir / "index.db";
  IndexWriter writer(index);
  writer.set_models(test::models_named("model"));
  constexpr int kVideos = 4, kSegments = 25;
  std::atomic<bool> writing = true;
  std::atomic<int> looks = 0;

  const auto write = [&](int from) {
    for (int video = from; video < kVideos; video += 2) {
      const std::string name = std::to_string(video);
      test::add_video(writer, "/videos/" + name, name, kSegments, "video " + name);
    }
  };
  // What a reader sees in one moment agrees with itself, and grows.
  const auto read = [&] {
    const IndexReader reader(index);
    std::int64_t before = 0;
    do {
      const auto held = reader.hold();
      std::int64_t segments = 0;
      for (const VideoRow& video : reader.videos()) {
        const auto rows = reader.segments(video.id);
        EXPECT_EQ(static_cast<std::int64_t>(rows.size()), video.segments);
        for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i].ordinal, static_cast<std::int64_t>(i));
        segments += video.segments;
      }
      EXPECT_EQ(reader.status().segments, segments);
      EXPECT_EQ(reader.visit_vectors(0, [](const VectorRow&) {}).rows, segments);
      EXPECT_EQ(static_cast<std::int64_t>(reader.find_words("video", 1'000'000).size()), segments);
      EXPECT_GE(segments, before);
      before = segments;
      ++looks;
    } while (writing);
  };
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) readers.emplace_back(read);
  std::thread first(write, 0), second(write, 1);
  first.join();
  second.join();
  writing = false;
  for (std::thread& reader : readers) reader.join();

  const IndexReader reader(index);
  EXPECT_EQ(reader.status().done, kVideos);
  EXPECT_EQ(reader.status().segments, kVideos * kSegments);
  EXPECT_THAT(reader.verify(true).problems, ::testing::IsEmpty());
  EXPECT_GE(looks, 2);
}

}  // namespace
}  // namespace blip
