// On an engine that knows a picture's colour: segments are judged by frames decoded anew.
#include "pipelines/watching/standing_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/index/index_writer.h"
#include "pipelines/elements/engine_model.h"
#include "tests/pipelines/support/clips.h"
#include "tests/support/fake_engine/fake_engine.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kSecond = 1'000'000'000;

class StandingSearchTest : public testing::Test {
 protected:
  StandingSearchTest() {
    test::fake_engine().reset();
    const auto stream = open_engine_model({"m", "", "", "cpu", "auto", 0})->open_stream({});
    const std::vector<std::string> colors = {"red", "blue"};
    const auto embedded = stream.value()->embed_texts(colors);
    for (std::int64_t row = 0; row < 2; ++row) {
      const auto values = embedded.value().row(row);
      embeddings_.emplace_back(values.begin(), values.end());
    }
    writer_.emplace(index_);
    writer_->set_models({"fake", "m", static_cast<std::int64_t>(embeddings_[0].size()), "", "", ""});
  }

  VideoWork begin(const std::string& recipe = "r", bool renew = false) {
    return writer_->begin_video({clip_, "hash", 1, 1}, recipe, renew);
  }
  // Second 0 and 1 of the clip are red, 2 and 3 are blue.
  void add(const VideoWork& work, std::int64_t second) {
    Segment segment;
    segment.start = second * kSecond;
    segment.end = (second + 1) * kSecond;
    segment.frame_time = segment.start + kSecond / 2;
    segment.embedding = embeddings_[second < 2 ? 0 : 1];
    writer_->add_segment(work, second, segment);
  }
  std::unique_ptr<StandingSearch> make(const std::vector<std::string>& texts, StandingSearchSettings settings = {}) {
    auto search = std::make_unique<StandingSearch>(index_, settings);
    std::vector<WatchQuery> queries;
    for (const std::string& text : texts) queries.push_back(make_watch_query(text));
    search->set_queries(queries);
    return search;
  }
  static std::vector<std::string> told(const std::vector<Alert>& alerts) {
    std::vector<std::string> lines;
    for (const Alert& alert : alerts)
      lines.push_back(std::string(name_of(alert.event)) + " " + alert.query.text + " " +
                      std::to_string(alert.start / kSecond) + "-" + std::to_string(alert.end / kSecond));
    return lines;
  }

  test::TempDir directory_;
  const std::filesystem::path index_ = directory_ / "index.db";
  const std::string clip_ = test::kept_clip("two.mp4", {.seconds = 2});
  std::vector<std::vector<float>> embeddings_;  // red, blue
  std::optional<IndexWriter> writer_;
};

TEST_F(StandingSearchTest, TellsOfWhatIsAdded) {
  const auto search = make({"red", "something blue"});
  EXPECT_THAT(search->poll(), IsEmpty());
  const VideoWork work = begin();
  add(work, 0);
  EXPECT_THAT(told(search->poll()), ElementsAre("start red 0-1"));
  add(work, 1);
  EXPECT_THAT(search->poll(), IsEmpty());
  add(work, 2);
  EXPECT_THAT(told(search->poll()), ElementsAre("start something blue 2-3"));
  add(work, 3);
  writer_->finish_video(work);
  const auto last = search->poll();
  EXPECT_THAT(told(last), ElementsAre("end red 0-2", "end something blue 2-4"));
  EXPECT_EQ(last.at(0).source, clip_);
  EXPECT_NEAR(last.at(0).probability, 0.9, 1e-6);
  EXPECT_THAT(search->poll(), IsEmpty());
  EXPECT_THAT(search->take_warnings(), IsEmpty());
}

TEST_F(StandingSearchTest, WhatIsThereAlreadyIsNotNewUnlessAskedFor) {
  const VideoWork work = begin();
  for (int second = 0; second < 4; ++second) add(work, second);
  writer_->finish_video(work);
  EXPECT_THAT(make({"red"})->poll(), IsEmpty());
  StandingSearchSettings all;
  all.from_beginning = true;
  EXPECT_THAT(told(make({"red"}, all)->poll()), ElementsAre("start red 0-1", "end red 0-2"));
}

TEST_F(StandingSearchTest, TakesOnlySoMuchAtATime) {
  const VideoWork work = begin();
  for (int second = 0; second < 4; ++second) add(work, second);
  writer_->finish_video(work);
  StandingSearchSettings all;
  all.from_beginning = true;
  const auto search = make({"blue"}, all);
  EXPECT_THAT(search->poll(3), ElementsAre(testing::Field(&Alert::start, 2 * kSecond)));
  EXPECT_TRUE(search->more());
  EXPECT_THAT(told(search->poll(3)), ElementsAre("end blue 2-4"));
  EXPECT_FALSE(search->more());
}

TEST_F(StandingSearchTest, AVideoThatIsIndexedAnewIsNew) {
  VideoWork work = begin();
  for (int second = 0; second < 4; ++second) add(work, second);
  writer_->finish_video(work);
  const auto search = make({"red"});
  work = begin("another recipe");
  for (int second = 0; second < 4; ++second) add(work, second);
  EXPECT_THAT(search->poll(), IsEmpty());  // the old generation answers
  writer_->finish_video(work);
  EXPECT_THAT(told(search->poll()), ElementsAre("start red 0-1", "end red 0-2"));
}

TEST_F(StandingSearchTest, AVideoThatIsRemovedEndsItsAlerts) {
  const auto search = make({"red"});
  const VideoWork work = begin();
  add(work, 0);
  EXPECT_THAT(told(search->poll()), ElementsAre("start red 0-1"));
  writer_->remove_video(work.video);
  EXPECT_THAT(told(search->poll()), ElementsAre("end red 0-1"));
  EXPECT_THAT(search->finish(), IsEmpty());
}

TEST_F(StandingSearchTest, OnlyTextsThatAreAlikeEnoughAreMatched) {
  StandingSearchSettings settings;
  settings.least_similarity = 0.5;
  const auto search = make({"red", "blue"}, settings);
  const VideoWork work = begin();
  add(work, 0);
  search->poll();
  ASSERT_THAT(test::fake_engine().requests(), testing::SizeIs(1));
  EXPECT_THAT(test::fake_engine().requests()[0].texts, ElementsAre("red"));
}

TEST_F(StandingSearchTest, TellsWhatCannotBeMatched) {
  const auto search = make({"red"});
  const VideoWork work = writer_->begin_video({directory_ / "gone.mp4", "hash", 1, 1}, "r");
  add(work, 0);
  EXPECT_THAT(search->poll(), IsEmpty());
  EXPECT_THAT(search->take_warnings(), ElementsAre(testing::HasSubstr("gone.mp4")));
}

}  // namespace
}  // namespace blip
