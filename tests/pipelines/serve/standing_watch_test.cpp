// On an engine that knows a picture's colour: segments are judged by frames decoded anew.
#include "pipelines/serve/standing_watch.h"

#include <gtest/gtest.h>

#include "core/index/index_writer.h"
#include "pipelines/elements/engine_model.h"
#include "tests/pipelines/support/clips.h"
#include "tests/support/fake_engine/fake_engine.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

class StandingWatchTest : public testing::Test {
 protected:
  StandingWatchTest() {
    test::fake_engine().reset();
    const auto stream = open_engine_model({"m", "", "", "cpu", "auto", 0})->open_stream({});
    const std::vector<std::string> texts = {"red"};
    const auto embedded = stream.value()->embed_texts(texts);
    const auto row = embedded.value().row(0);
    red_.assign(row.begin(), row.end());
    writer_.emplace(folder_ / "index.db");
    writer_->set_models({"fake", "m", static_cast<std::int64_t>(red_.size()), "", "", ""});
    index_.emplace(folder_ / "index.db");
  }
  void add(std::int64_t second) {
    if (!work_) work_ = writer_->begin_video({clip_, "hash", 1, 1}, "r");
    Segment segment;
    segment.start = second * kSecond / 4;
    segment.end = (second + 1) * kSecond / 4;
    segment.frame_time = segment.start;
    segment.embedding = red_;
    writer_->add_segment(*work_, second, segment);
  }
  bool hears(const std::string& what) {
    for (int i = 0; i < 20 && text_.find(what) == std::string::npos; ++i)
      client_->take(text_, std::chrono::milliseconds(1000));
    return text_.find(what) != std::string::npos;
  }

  test::TempDir folder_;
  const std::string clip_ = test::kept_clip("talk.mp4", {});  // a second of red, one of blue
  std::vector<float> red_;
  std::optional<IndexWriter> writer_;
  std::optional<VideoWork> work_;
  std::optional<IndexAccess> index_;
  EventHub hub_;
  std::shared_ptr<EventHub::Subscription> client_ = hub_.subscribe();
  std::string text_;
  AlertPublisher publisher_{hub_, "", {}, [](const std::string&) {}};
};

TEST_F(StandingWatchTest, TellsOfWhatIsAddedAndEndsWhatIsOpen) {
  {
    StandingWatch watch(
        *index_, publisher_, {}, [](const std::string& line) { ADD_FAILURE() << line; }, std::chrono::milliseconds(5));
    watch.set_queries({make_watch_query("something red")});
    // What is there when it begins does not count: segments are added until one does.
    for (std::int64_t second = 0; second < 4 && text_.find("\"event\":\"start\"") == std::string::npos; ++second) {
      add(second);
      client_->take(text_, std::chrono::milliseconds(2000));
    }
    EXPECT_TRUE(hears("\"event\":\"start\"")) << text_;
  }
  EXPECT_TRUE(hears("\"event\":\"end\"")) << text_;
  EXPECT_NE(text_.find("\"stream\":0"), std::string::npos);
}

TEST_F(StandingWatchTest, EndsAtOnceWithoutQueries) {
  StandingWatch watch(
      *index_, publisher_, {}, [](const std::string& line) { ADD_FAILURE() << line; }, std::chrono::minutes(5));
  watch.set_queries({});
}

}  // namespace
}  // namespace blip
