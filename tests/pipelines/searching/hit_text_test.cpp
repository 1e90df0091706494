#include "pipelines/searching/hit_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipelines/searching/two_hits.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::Not;

using test::two_hits;

TEST(HitText, IsAColumnedLineAResult) {
  SearchRequest request;
  request.offset = 8;
  EXPECT_EQ(text_of_hits(request, two_hits(), "/videos", false),
            " 9   94 %  1:02.0 - 1:02:03.5  a/long name.mp4   a red circle\n"
            "10  0.4 %     0:00.0 - 0:00.0  /elsewhere/b.mp4  hello\n");
}

TEST(HitText, SaysWhatIsThereByItsWords) {
  SearchResult result = two_hits();
  result.hits[1].by_words = true;
  EXPECT_THAT(text_of_hits({}, result, "/", false), HasSubstr("2  words  "));
}

TEST(HitText, ExplainsScoresAndTimes) {
  SearchResult result = two_hits();
  result.looked_at = 201;
  result.times.total = 12.5;
  result.hits[0].parts.words = 3.5;
  result.hits[0].parts.words_rank = 1;
  result.hits[0].parts.terms = {{"a circle", 0.5}, {"a star", 0.25}};
  result.hits[0].parts.term_matches = {{"a circle", 0.95}, {"a star", 0.01}};
  SearchRequest request;
  request.texts = {{"a circle", 1}, {"a star", -1}};
  const std::string text = text_of_hits(request, result, "/", true);
  for (const char* part :
       {"0.500, place 2 of the scan", "3.50, place 1", "94 %, ITM logit 1.25", "+1", "\"a circle\": match 95 %", "-1",
        "201 segments compared, 64 judged, 62 below the cut-off of 25 %", "12.5 ms"})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_THAT(text, Not(HasSubstr("not calibrated")));
  result.calibrated = false;
  EXPECT_THAT(text_of_hits(request, result, "/", true), HasSubstr("not calibrated"));
}

TEST(HitText, PercentsNeverRoundToCertainty) {
  EXPECT_EQ(percent_text(0.9999), "99.9 %");
  EXPECT_EQ(percent_text(1), "100 %");
  EXPECT_EQ(percent_text(0.5), "50 %");
  EXPECT_EQ(percent_text(0.0041), "0.4 %");
}

TEST(HitText, SaysWhyThereIsNothing) {
  SearchRequest request;
  SearchResult result = two_hits();
  EXPECT_EQ(why_nothing(request, result), "");
  result.hits.clear();
  result.best_below_cutoff = 0.12;
  EXPECT_THAT(why_nothing(request, result), HasSubstr("cut-off of 25 %: 64 candidates were judged, the best at 12 %"));
  request.offset = 20;
  EXPECT_THAT(why_nothing(request, result), HasSubstr("from 21 on"));
  request.offset = 0;
  result.below_cutoff = 0;
  request.min_score = 0.9;
  EXPECT_THAT(why_nothing(request, result), HasSubstr("--min-score 0.9"));
  request.min_score.reset();
  request.words = "circle";
  EXPECT_THAT(why_nothing(request, result), HasSubstr("holds these words"));
  request.words.clear();
  request.filter.paths = {"*.avi"};
  EXPECT_THAT(why_nothing(request, result), HasSubstr("filters"));
  request.filter = {};
  EXPECT_THAT(why_nothing(request, result), HasSubstr("index add"));
}

}  // namespace
}  // namespace blip
