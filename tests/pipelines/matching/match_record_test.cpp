#include "pipelines/matching/match_record.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip {
namespace {

TEST(MatchRecord, ReadsWhatTheElementSends) {
  const MatchRecord record = parse_match_record(
      R"({"source":"a","start":1,"end":2.5,"text":"a dog","scores":[
          {"query":"a dog","probability":0.75,"itc":0.5,"logit":1.5,"matched":true},
          {"query":"a cat","probability":0.125,"logit":-2,"matched":false}]})");
  EXPECT_EQ(record.start, 1'000'000'000);
  EXPECT_EQ(record.end, 2'500'000'000);
  EXPECT_EQ(record.matched, "a dog");
  ASSERT_EQ(record.scores.size(), 2u);
  EXPECT_EQ(record.scores[0].text, "a dog");
  EXPECT_EQ(record.scores[0].probability, 0.75);
  EXPECT_TRUE(record.scores[0].matched);
  EXPECT_FALSE(record.scores[1].matched);
  EXPECT_NE(record.scores_json.find("\"itc\":0.5"), std::string::npos);
}

TEST(MatchRecord, RefusesWhatIsNoRecord) {
  for (const char* json : {"", R"({"source":"a","start":1,"end":2,"text":""})",
                           R"({"source":"a","start":1,"end":2,"text":"","scores":[{"query":"a"}]})"})
    EXPECT_THROW(parse_match_record(json), Error) << json;
}

}  // namespace
}  // namespace blip
