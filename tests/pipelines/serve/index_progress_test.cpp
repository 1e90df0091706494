#include "pipelines/serve/index_progress.h"

#include <gtest/gtest.h>

#include "tests/core/index/index_support.h"

namespace blip {
namespace {

using std::chrono::seconds;
const IndexingPace::Clock::time_point kStart{seconds(1000)};

VideoRow video(VideoState state, std::uint64_t bytes, std::int64_t position = 0, std::int64_t duration = 0) {
  VideoRow row;
  row.state = state;
  row.file.size = bytes;
  row.position = position;
  row.size.duration = duration;
  return row;
}

TEST(IndexingPace, TheRestTakesAsLongAsItsBytes) {
  IndexingPace pace;
  const auto half = [](std::int64_t position) {
    return std::vector<VideoRow>{video(VideoState::kDone, 1000), video(VideoState::kIndexing, 1000, position, 100),
                                 video(VideoState::kWaiting, 2000)};
  };
  EXPECT_FALSE(pace.remaining(half(0), kStart)) << "nothing is known yet";
  EXPECT_FALSE(pace.remaining(half(50), kStart + seconds(1))) << "too little is known";
  // 500 of the 3000 bytes took 10 s: 2500 take 50 s.
  const auto eta = pace.remaining(half(50), kStart + seconds(10));
  ASSERT_TRUE(eta);
  EXPECT_NEAR(*eta, 50, 1e-9);
}

TEST(IndexingPace, OneOfUnknownSizeCountsAsTheMeanOfTheOthers) {
  IndexingPace pace;
  const VideoRow waiting = video(VideoState::kWaiting, 0);
  pace.remaining({video(VideoState::kIndexing, 1000), waiting, waiting}, kStart);
  // 1000 bytes took 10 s, and two videos of 1000 bytes are left.
  const auto eta = pace.remaining({video(VideoState::kDone, 1000), waiting, waiting}, kStart + seconds(10));
  ASSERT_TRUE(eta);
  EXPECT_NEAR(*eta, 20, 1e-9);
}

TEST(IndexingPace, NothingIsLeftWhenAllIsDone) {
  IndexingPace pace;
  pace.remaining({video(VideoState::kIndexing, 10, 0, 10)}, kStart);
  EXPECT_FALSE(pace.remaining({video(VideoState::kDone, 10), video(VideoState::kFailed, 10)}, kStart + seconds(9)));
  EXPECT_FALSE(pace.remaining({}, kStart));
}

TEST(IndexProgress, TellsWhatIsIndexedNow) {
  IndexStatus status;
  status.videos = 2;
  status.indexing = 1;
  VideoRow current = video(VideoState::kIndexing, 10, 1'500'000'000, 3'000'000'000);
  current.id = 7;
  current.file.path = "/a/b.mp4";
  const auto json = progress_json(status, {video(VideoState::kWaiting, 5), current}, 12.5);
  EXPECT_EQ(json["videos"], 2);
  EXPECT_EQ(json["indexing"], 1);
  EXPECT_EQ(json["eta"], 12.5);
  EXPECT_EQ(json["current"], nlohmann::json::parse(R"([{"id":7,"name":"b.mp4","position":1.5,"duration":3.0}])"));
  EXPECT_TRUE(progress_json(status, {}, std::nullopt)["eta"].is_null());
}

TEST(IndexProgress, FollowsAnIndexThatAnotherWrites) {
  const test::TempDir folder;
  IndexWriter writer(folder / "index.db");
  writer.set_models(test::models_named("m"));
  IndexAccess index(folder / "index.db");
  EventHub hub;
  const auto client = hub.subscribe();
  const IndexProgress progress(index, hub, std::chrono::milliseconds(2));
  std::string text;
  const auto wait_for = [&](const std::string& what) {
    for (int i = 0; i < 100 && text.find(what) == std::string::npos; ++i)
      client->take(text, std::chrono::milliseconds(1000));
    EXPECT_NE(text.find(what), std::string::npos) << text;
  };
  wait_for("\"videos\":0");
  const VideoWork work = writer.begin_video(test::video_file("/a.mp4", "hash"), "recipe");
  wait_for("\"indexing\":1");
  test::add_segments(writer, work, 0, 2);
  writer.finish_video(work);
  wait_for("\"done\":1");
  wait_for("\"segments\":2");
}

}  // namespace
}  // namespace blip
