#include "pipelines/captioning/caption_record.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip {
namespace {

TEST(CaptionRecord, ReadsWhatTheElementSends) {
  const CaptionRecord record = parse_caption_record(
      R"({"source":"talk.mp4","start":1.266666667,"end":3.000,"text":"a dog","score":-0.25,"confidence":0.5,"token_ids":[7,3]})"
      "\n");
  EXPECT_EQ(record.source, "talk.mp4");
  EXPECT_EQ(record.start, 1'266'666'667);
  EXPECT_EQ(record.end, 3'000'000'000);
  EXPECT_EQ(record.text, "a dog");
  EXPECT_EQ(record.score, -0.25);
  EXPECT_EQ(record.confidence, 0.5);
  EXPECT_EQ(record.token_ids, (std::vector<std::int64_t>{7, 3}));
}

TEST(CaptionRecord, KeepsNanosecondsOfALongVideo) {
  const CaptionRecord record = parse_caption_record(
      R"({"source":"","start":86399.123456789,"end":86400,"text":"","score":0,"confidence":0,"token_ids":[]})");
  EXPECT_NEAR(static_cast<double>(record.start), 86'399'123'456'789.0, 20);  // a double holds 86399 s to 15 ns
}

TEST(CaptionRecord, RefusesWhatIsNoRecord) {
  EXPECT_THROW(parse_caption_record(""), Error);
  EXPECT_THROW(parse_caption_record("[]"), Error);
  EXPECT_THROW(parse_caption_record(R"({"source":"a"})"), Error);
  EXPECT_THROW(
      parse_caption_record(R"({"source":"a","start":"0","end":1,"text":"","score":0,"confidence":0,"token_ids":[]})"),
      Error);
}

}  // namespace
}  // namespace blip
