// Searches of small indexes with the fake engine: it sees nothing but colours, so that what must be found is plain.
#include "pipelines/searching/searcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "pipelines/records/model_failure.h"
#include "pipelines/searching/calibration.h"
#include "tests/pipelines/searching/color_index.h"
#include "tests/pipelines/support/clips.h"
#include "tests/support/fake_engine/fake_engine.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kSecond = 1'000'000'000;

class SearcherOfColors : public testing::Test {
 protected:
  SearcherOfColors() { test::fake_engine().reset(); }

  void make(const std::vector<test::ColorVideo>& videos, bool keep_features = true) {
    test::make_color_index(index_, videos, keep_features);
    searcher_ = std::make_unique<Searcher>(index_, ModelSettings{});
  }

  static SearchRequest request(const std::string& text) {
    SearchRequest made;
    made.texts = {{text, 1}};
    made.merge_gap = -1;
    return made;
  }

  // "a.mp4@2" for the segment that begins at 2 s.
  std::vector<std::string> found(const SearchRequest& asked) {
    last_ = searcher_->search(asked);
    std::vector<std::string> names;
    for (const SearchHit& hit : last_.hits)
      names.push_back(std::filesystem::path(hit.path).filename().string() + "@" + std::to_string(hit.start / kSecond));
    return names;
  }

  SegmentId segment(const std::string& path, std::int64_t second) const {
    const IndexReader reader(index_);
    return reader.segment_at(reader.video_at(path)->id, second * kSecond)->id;
  }

  test::TempDir folder_;
  std::filesystem::path index_ = folder_ / "index.db";
  std::unique_ptr<Searcher> searcher_;
  SearchResult last_;
};

TEST_F(SearcherOfColors, FindsWhatIsSeenAndLeavesOutWhatDoesNotMatch) {
  make({{"/v/a.mp4", {"red", "blue"}}, {"/v/b.mp4", {"green", "red"}}});
  EXPECT_THAT(found(request("red")), ElementsAre("a.mp4@0", "b.mp4@1"));
  EXPECT_EQ(last_.judged, 4);
  EXPECT_EQ(last_.below_cutoff, 2);
  EXPECT_NEAR(*last_.best_below_cutoff, 0.1, 1e-9);
  EXPECT_NEAR(*last_.hits[0].parts.match, 0.9, 1e-9);
  EXPECT_FALSE(last_.calibrated);
}

TEST_F(SearcherOfColors, CaptionsWithAllWordsAreFoundBehindWhatMatches) {
  make({{"/v/a.mp4", {"blue"}, 1, "two hellos, red"},
        {"/v/b.mp4", {"red"}, 1, "hello"},
        {"/v/c.mp4", {"green"}, 1, "red"}});
  SearchRequest asked = request("a red hello");
  EXPECT_THAT(found(asked), ElementsAre("b.mp4@0", "a.mp4@0"));
  EXPECT_FALSE(last_.hits[0].by_words);
  EXPECT_TRUE(last_.hits[1].by_words);
  EXPECT_NEAR(*last_.hits[1].parts.match, 0.1, 1e-9);
  EXPECT_THAT(found(request("red hello two")), ElementsAre("b.mp4@0", "a.mp4@0"));
  EXPECT_FALSE(last_.hits[1].parts.phrase);
  EXPECT_THAT(found(request("two hellos red")), ElementsAre("b.mp4@0", "a.mp4@0"));
  EXPECT_TRUE(last_.hits[1].parts.phrase);
  asked.texts.push_back({"two", -1});
  EXPECT_THAT(found(asked), ElementsAre("b.mp4@0"));
  asked.texts.pop_back();
  asked.cutoff = 0.5;
  EXPECT_THAT(found(asked), ElementsAre("b.mp4@0")) << "a cut-off that is asked for is one of matching";
  asked.cutoff.reset();
  asked.mode = SearchMode::kEmbedding;
  EXPECT_THAT(found(asked), ElementsAre("b.mp4@0"));
}

TEST_F(SearcherOfColors, LooksAtNoPictureWhenFeaturesAreKept) {
  make({{"/nowhere/a.mp4", {"red", "blue"}}});
  EXPECT_THAT(found(request("red")), ElementsAre("a.mp4@0"));
  EXPECT_EQ(test::fake_engine().encoded(), 0U);
}

TEST_F(SearcherOfColors, DecodesFramesAgainWhenNoneAreKeptAndOnceOnly) {
  const std::string clip = test::kept_clip("search-red-blue.mp4", {{"red", "blue"}, 1, 10});
  make({{clip, {"red", "blue"}}}, false);
  EXPECT_EQ(found(request("red")).size(), 1U);
  EXPECT_EQ(test::fake_engine().encoded(), 2U);
  found(request("blue"));
  EXPECT_EQ(test::fake_engine().encoded(), 2U);
}

TEST_F(SearcherOfColors, WhatCannotBeJudgedIsSaidAndComesLast) {
  const std::string clip = test::kept_clip("search-red-blue.mp4", {{"red", "blue"}, 1, 10});
  make({{"/missing/gone.mp4", {"red"}}, {clip, {"blue", "red"}}}, false);  // what lies there is red, then blue
  SearchRequest asked = request("red");
  asked.mode = SearchMode::kEmbedding;  // not by the words of captions, which say something else here
  EXPECT_THAT(found(asked), ElementsAre("search-red-blue.mp4@0", "gone.mp4@0"));
  EXPECT_FALSE(last_.hits[1].parts.match);
  EXPECT_THAT(last_.warnings, ElementsAre(HasSubstr("/missing/gone.mp4")));
}

TEST_F(SearcherOfColors, DamagedFeaturesAreNotBelieved) {
  const std::string clip = test::kept_clip("search-red-blue.mp4", {{"red", "blue"}, 1, 10});
  make({{clip, {"red", "blue"}}});
  {
    IndexWriter writer(index_);
    const VideoWork work = writer.begin_video({clip, "another hash", 2, 0}, "", true);
    Segment segment;
    segment.end = kSecond;
    segment.frame_time = kSecond / 2;
    segment.embedding = test::embeddings_of_colors({{"red"}}).values;
    segment.features = StoredFeatures{5, 8, std::vector<std::uint16_t>(40, 0x7e00)};  // NaN
    writer.add_segment(work, 0, segment);
    writer.finish_video(work);
  }
  EXPECT_EQ(found(request("red")).size(), 1U);
  EXPECT_THAT(last_.warnings, ElementsAre(HasSubstr("damaged")));
  EXPECT_EQ(test::fake_engine().encoded(), 1U);
}

TEST_F(SearcherOfColors, PagesAreTheSameHoweverManyAreAskedFor) {
  std::vector<test::ColorVideo> videos;
  for (int i = 0; i < 30; ++i) videos.push_back({"/v/" + std::to_string(100 + i) + ".mp4", {"red", "blue", "red"}});
  make(videos);
  SearchRequest all = request("red");
  all.rerank = 8;
  all.limit = 1000;
  const auto whole = found(all);
  EXPECT_EQ(whole.size(), 60U);
  EXPECT_FALSE(last_.more);
  std::vector<std::string> pages;
  SearchRequest page = all;
  page.limit = 7;
  do {
    const auto part = found(page);
    pages.insert(pages.end(), part.begin(), part.end());
    page.offset += 7;
  } while (last_.more && page.offset < 100);
  EXPECT_EQ(pages, whole);
}

TEST_F(SearcherOfColors, NeighboursAreOneResult) {
  make({{"/v/a.mp4", {"red", "red", "blue", "red"}}});
  SearchRequest asked = request("red");
  asked.merge_gap = kSecond / 2;
  EXPECT_THAT(found(asked), ElementsAre("a.mp4@0", "a.mp4@3"));
  EXPECT_EQ(last_.hits[0].end, 2 * kSecond);
  EXPECT_EQ(last_.hits[0].segments.size(), 2U);
}

TEST_F(SearcherOfColors, UnwantedTermsLowerAndWeightsCount) {
  make({{"/v/a.mp4", {"red", "blue"}}});
  SearchRequest asked = request("red");
  asked.texts.push_back({"blue", -1});
  EXPECT_THAT(found(asked), ElementsAre("a.mp4@0"));
  EXPECT_NEAR(*last_.hits[0].parts.match, 0.9 * 0.9, 1e-9);
  EXPECT_EQ(last_.hits[0].parts.term_matches.size(), 2U);
}

TEST_F(SearcherOfColors, WordsAloneNeedNoModel) {
  make({{"/v/a.mp4", {"red", "blue"}}, {"/v/b.mp4", {"blue"}}});
  SearchRequest asked;
  asked.words = "blue";
  asked.mode = SearchMode::kWords;
  EXPECT_THAT(found(asked), testing::UnorderedElementsAre("a.mp4@1", "b.mp4@0"));
  asked.words.clear();
  asked.texts = {{"there is a blue thing"}};
  EXPECT_EQ(found(asked).size(), 2U);
  EXPECT_EQ(test::fake_engine().opened(), 0U);
}

TEST_F(SearcherOfColors, RequiredWordsNarrowWhatIsSeen) {
  make({{"/v/a.mp4", {"red", "blue"}}, {"/v/b.mp4", {"red"}}});
  SearchRequest asked = request("red");
  asked.words = "blue";
  asked.cutoff = 0;
  EXPECT_THAT(found(asked), ElementsAre("a.mp4@1"));
}

TEST_F(SearcherOfColors, MoreLikeAMomentIsNotThatMoment) {
  make({{"/v/a.mp4", {"red", "blue"}}, {"/v/b.mp4", {"green", "red"}}});
  SearchRequest asked;
  asked.like = segment("/v/a.mp4", 0);
  asked.limit = 1;
  EXPECT_THAT(found(asked), ElementsAre("b.mp4@1"));
  EXPECT_EQ(test::fake_engine().opened(), 0U);
  asked.like = 999;
  EXPECT_THROW(found(asked), Error);
}

TEST_F(SearcherOfColors, APictureFindsWhatLooksLikeIt) {
  make({{"/v/a.mp4", {"red", "blue"}}});
  SearchRequest asked;
  asked.image.emplace(4, 4);
  for (std::size_t i = 0; i < asked.image->pixels.size(); ++i) asked.image->pixels[i] = i % 3 == 2 ? 255 : 0;
  asked.min_score = 0.5;
  EXPECT_THAT(found(asked), ElementsAre("a.mp4@1"));
}

TEST_F(SearcherOfColors, FiltersNarrowBothWays) {
  make({{"/v/a.mp4", {"red", "blue", "red"}, 1000}, {"/w/b.mp4", {"red"}, 2000}});
  SearchRequest asked = request("red");
  asked.filter.paths = {"/v/*"};
  asked.filter.from = kSecond + 1;
  EXPECT_THAT(found(asked), ElementsAre("a.mp4@2"));
  asked.filter = {};
  asked.filter.since = 1500;
  EXPECT_THAT(found(asked), ElementsAre("b.mp4@0"));
}

TEST_F(SearcherOfColors, OrdersByDateOrTime) {
  make({{"/v/a.mp4", {"red", "blue", "red"}, 1000}, {"/v/b.mp4", {"red"}, 2000}});
  SearchRequest asked = request("red");
  asked.order = SearchRequest::Order::kDate;
  EXPECT_THAT(found(asked), ElementsAre("b.mp4@0", "a.mp4@0", "a.mp4@2"));
  asked.order = SearchRequest::Order::kTime;
  EXPECT_THAT(found(asked), ElementsAre("a.mp4@0", "a.mp4@2", "b.mp4@0"));
}

TEST_F(SearcherOfColors, OneResultAVideoJudgedByItsFramesTogether) {
  make({{"/v/a.mp4", {"blue", "red", "blue", "blue"}},
        {"/v/b.mp4", {"red", "red", "red", "blue"}},
        {"/v/c.mp4", {"blue"}}});
  SearchRequest asked = request("red");
  asked.by_video = true;
  asked.cutoff = 0;
  EXPECT_THAT(found(asked), ElementsAre("b.mp4@0", "a.mp4@1", "c.mp4@0"));
  EXPECT_NEAR(*last_.hits[0].parts.match, 0.1 + 0.8 * 0.75, 1e-9);
  EXPECT_NEAR(*last_.hits[1].parts.match, 0.1 + 0.8 * 0.25, 1e-9);
}

TEST_F(SearcherOfColors, WithoutJudgingSimilarityOrders) {
  make({{"/v/a.mp4", {"blue", "red"}}});
  SearchRequest asked = request("red");
  asked.rerank = 0;
  asked.mode = SearchMode::kEmbedding;
  EXPECT_THAT(found(asked), ElementsAre("a.mp4@1", "a.mp4@0"));
  EXPECT_EQ(last_.judged, 0);
  EXPECT_DOUBLE_EQ(last_.hits[0].score, 1);
}

TEST_F(SearcherOfColors, ACalibrationBesideTheIndexSaysTheProbabilityAndTheCutoff) {
  make({{"/v/a.mp4", {"red", "blue"}}});
  SearchCalibration calibration;
  calibration.embedder = "fake";
  calibration.segments = {0, 0, 0, 0.4, 1};  // all are matches with 0.5
  write_calibration(calibration, calibration_beside_index(index_));
  EXPECT_EQ(found(request("red")).size(), 2U);
  EXPECT_TRUE(last_.calibrated);
  EXPECT_DOUBLE_EQ(last_.cutoff, 0.4);
  EXPECT_DOUBLE_EQ(last_.hits[0].score, 0.5);
}

TEST_F(SearcherOfColors, AnotherModelsCalibrationIsNotUsed) {
  make({{"/v/a.mp4", {"red", "blue"}}});
  SearchCalibration calibration;
  calibration.embedder = "other";
  write_calibration(calibration, calibration_beside_index(index_));
  found(request("red"));
  EXPECT_FALSE(last_.calibrated);
  EXPECT_THAT(last_.warnings, ElementsAre(HasSubstr("another model")));
  std::ofstream(calibration_beside_index(index_)) << "{";
  searcher_ = std::make_unique<Searcher>(index_, ModelSettings{});
  found(request("red"));
  EXPECT_THAT(last_.warnings, ElementsAre(HasSubstr("no calibration")));
}

TEST_F(SearcherOfColors, AnotherModelIsRefusedByName) {
  make({{"/v/a.mp4", {"red"}}});
  ModelAbilities other;
  other.embed = other.match = true;
  other.embedder_id = "other";
  test::fake_engine().set_abilities(other);
  try {
    found(request("red"));
    FAIL();
  } catch (const ModelFailure& e) {
    EXPECT_THAT(e.what(), testing::AllOf(HasSubstr("fake-model"), HasSubstr("(other)"), HasSubstr("--model")));
  }
}

TEST_F(SearcherOfColors, AModelThatIsGoneIsNamedWithWhatToDo) {
  make({{"/v/a.mp4", {"red"}}});
  test::fake_engine().fail_open(ErrorKind::kNotFound, "model 'fake-model' is not there");
  try {
    found(request("red"));
    FAIL();
  } catch (const ModelFailure& e) {
    EXPECT_THAT(e.what(), testing::AllOf(HasSubstr("is not there"), HasSubstr("--model")));
  }
}

TEST_F(SearcherOfColors, SeesWhatWasAddedAndNoMoreWhatWasRemoved) {
  make({{"/v/a.mp4", {"red"}}});
  EXPECT_THAT(found(request("red")), ElementsAre("a.mp4@0"));
  test::make_color_index(index_, {{"/v/b.mp4", {"red"}}}, true);
  EXPECT_EQ(found(request("red")).size(), 2U);
  {
    IndexWriter writer(index_);
    writer.remove_video(IndexReader(index_).video_at("/v/a.mp4")->id);
  }
  EXPECT_THAT(found(request("red")), ElementsAre("b.mp4@0"));
}

TEST_F(SearcherOfColors, AnEmptyIndexSaysSo) {
  { IndexWriter writer(index_); }
  searcher_ = std::make_unique<Searcher>(index_, ModelSettings{});
  EXPECT_THAT(found(request("red")), IsEmpty());
  EXPECT_THAT(last_.warnings, ElementsAre(HasSubstr("empty")));
  EXPECT_THROW(searcher_->embed_text("red"), Error);
}

TEST_F(SearcherOfColors, EmbedsATextOnce) {
  make({{"/v/a.mp4", {"red"}}});
  EXPECT_EQ(searcher_->embed_text("red"), test::embeddings_of_colors({{"red"}}).values);
  searcher_->embed_text("red");
  found(request("red"));
  EXPECT_EQ(test::fake_engine().embedded_texts(), 1U);
}

TEST_F(SearcherOfColors, SearchesRunBesideEachOther) {
  make({{"/v/a.mp4", {"red", "blue", "green"}}});
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (const char* color : {"red", "blue", "green", "red"})
    threads.emplace_back([&, color] {
      for (int i = 0; i < 20; ++i) {
        const SearchResult result = searcher_->search(request(color));
        right += result.hits.size() == 1 && result.hits[0].caption.find(color) != std::string::npos ? 1 : 0;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 80);
}

TEST_F(SearcherOfColors, RefusesWhatCannotBeAsked) {
  make({{"/v/a.mp4", {"red"}}});
  const auto refused = [&](auto&& change) {
    SearchRequest asked = request("red");
    change(asked);
    EXPECT_THROW(found(asked), Error);
  };
  refused([](SearchRequest& r) { r.texts.clear(); });
  refused([](SearchRequest& r) { r.texts[0].text = " "; });
  refused([](SearchRequest& r) { r.texts[0].weight = 0; });
  refused([](SearchRequest& r) { r.texts[0].weight = -1; });
  refused([](SearchRequest& r) { r.cutoff = 1.5; });
  refused([](SearchRequest& r) { r.min_score = 2; });
  refused([](SearchRequest& r) { r.offset = -1; });
  refused([](SearchRequest& r) { r.limit = -1; });
  refused([](SearchRequest& r) { r.rerank = -1; });
}

TEST(Searcher, NeedsAnIndex) {
  EXPECT_THROW(Searcher("/nowhere/index.db", {}), Error);
}

}  // namespace
}  // namespace blip
