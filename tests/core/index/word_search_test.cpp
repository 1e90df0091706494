#include "core/index/word_search.h"

#include <gtest/gtest.h>

#include "tests/core/index/index_support.h"

namespace blip {
namespace {

using test::segment_number;
using test::TempDir;

class WordSearchTest : public ::testing::Test {
 protected:
  WordSearchTest() : index(dir / "index.db"), writer(index) { writer.set_models(test::models_named("model")); }

  // A video with these captions.
  VideoId add(const std::vector<std::string>& captions, const std::string& path = "/videos/a.mp4") {
    const VideoWork work = writer.begin_video(test::video_file(path, path), "recipe");
    for (std::size_t i = 0; i < captions.size(); ++i) {
      Segment segment = segment_number(static_cast<std::int64_t>(i), captions[i]);
      writer.add_segment(work, static_cast<std::int64_t>(i), segment);
    }
    writer.finish_video(work);
    return work.video;
  }
  // Captions of the hits, best first.
  std::vector<std::string> find(const std::string& query, std::size_t limit = 100, const RowFilter& filter = {}) const {
    const IndexReader reader(index);
    std::vector<SegmentId> ids;
    for (const WordHit& hit : reader.find_words(query, limit, filter)) ids.push_back(hit.segment);
    std::vector<std::string> captions;
    for (const SegmentRow& row : reader.segments(ids)) captions.push_back(row.caption);
    return captions;
  }

  TempDir dir;
  std::filesystem::path index;
  IndexWriter writer;
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST_F(WordSearchTest, FindsWordsWithoutRegardToCaseAccentsAndEndings) {
  add({"Two red circles", "a café at night", "a man running"});
  EXPECT_THAT(find("circle"), ElementsAre("Two red circles"));
  EXPECT_THAT(find("CIRCLES"), ElementsAre("Two red circles"));
  EXPECT_THAT(find("cafe"), ElementsAre("a café at night"));
  EXPECT_THAT(find("runs"), ElementsAre("a man running"));
  EXPECT_THAT(find("square"), IsEmpty());
}

TEST_F(WordSearchTest, UnderstandsQueries) {
  add({"a red circle", "a red square", "a circle that is red"});
  EXPECT_THAT(find("red circle"), UnorderedElementsAre("a red circle", "a circle that is red"));
  EXPECT_THAT(find("\"red circle\""), ElementsAre("a red circle"));
  EXPECT_THAT(find("red NOT circle"), ElementsAre("a red square"));
  EXPECT_THAT(find("circ* OR square"), SizeIs(3));
  EXPECT_THAT(find("caption : square"), ElementsAre("a red square"));
}

TEST_F(WordSearchTest, TakesWhatIsNoQueryAsWords) {
  add({"what is on the table", "a red-hot iron", "don't stop", "it costs 5 dollars"});
  EXPECT_THAT(find("what is on the table?"), ElementsAre("what is on the table"));
  EXPECT_THAT(find("red-hot"), ElementsAre("a red-hot iron"));
  EXPECT_THAT(find("don't"), ElementsAre("don't stop"));
  EXPECT_THAT(find("title: iron"), IsEmpty());  // both words must occur
  EXPECT_THAT(find("\"unfinished table"), IsEmpty());
  EXPECT_THAT(find("($5)"), ElementsAre("it costs 5 dollars"));
  for (const char* text : {"", " ", "*", "*reads", "*id", "?", "\"", "((((", "AND", "NEAR(", "^", "-", "{x}", ":"})
    EXPECT_THAT(find(text), IsEmpty()) << text;
  EXPECT_THAT(find(std::string("table\0red", 9)), IsEmpty());
  EXPECT_THAT(find(std::string(5000, '(')), IsEmpty());
  EXPECT_THAT(find("stop'); DROP TABLE segments; --"), IsEmpty());
  EXPECT_THAT(find("stop"), SizeIs(1));
}

TEST_F(WordSearchTest, LongTextsDoNoHarm) {
  add({"a red circle"});
  std::string words, query;
  for (int i = 0; i < 5000; ++i) {
    words += "circle ";
    query += "circle OR ";
  }
  EXPECT_THAT(find(words), SizeIs(1));
  EXPECT_THAT(find(query + "square"), IsEmpty());  // too long for a query, and the first words of it are not all there
  EXPECT_THAT(find(std::string(1'000'000, 'x')), IsEmpty());
}

TEST_F(WordSearchTest, BetterHitsComeFirst) {
  add({"a man and a dog and a cat and a car in a street", "a dog", "a man"});
  const IndexReader reader(index);
  const auto hits = reader.find_words("dog", 10);
  ASSERT_EQ(hits.size(), 2U);
  EXPECT_GT(hits[0].score, hits[1].score);
  EXPECT_EQ(find("dog").front(), "a dog");
  EXPECT_THAT(find("dog", 1), ElementsAre("a dog"));
  EXPECT_THAT(find("dog", 0), IsEmpty());
}

TEST_F(WordSearchTest, TheLimitCountsWhatTheFilterLetsThrough) {
  const VideoId first = add({"a dog", "a dog", "a dog"}, "/videos/a.mp4");
  const VideoId second = add({"a dog that runs in the street"}, "/videos/b.mp4");
  RowFilter filter;
  filter.all_videos = false;
  filter.videos = {second};
  EXPECT_THAT(find("dog", 1, filter), ElementsAre("a dog that runs in the street"));
  filter.videos = {first, second};
  filter.from = test::kSecond;
  filter.to = 2 * test::kSecond;
  EXPECT_THAT(find("dog", 10, filter), ElementsAre("a dog"));
  filter.videos = {};
  EXPECT_THAT(find("dog", 10, filter), IsEmpty());
}

TEST_F(WordSearchTest, FindsSubtitlesToo) {
  const VideoWork work = writer.begin_video(test::video_file("/videos/a.mp4", "1"), "recipe");
  Segment segment = segment_number(0, "");
  segment.subtitle = "Good morning, ladies and gentlemen";
  writer.add_segment(work, 0, segment);
  segment = segment_number(1, "");
  writer.add_segment(work, 1, segment);
  EXPECT_THAT(find("morning"), SizeIs(1));
  EXPECT_THAT(find("subtitle : lady"), SizeIs(1));
  EXPECT_THAT(find("caption : lady"), IsEmpty());
}

}  // namespace
}  // namespace blip
