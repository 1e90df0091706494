#include "pipelines/captioning/caption_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip {
namespace {

using testing::Contains;
using testing::ElementsAre;

constexpr const char* kRecord =
    R"({"source":"talk.mp4","start":1.266666667,"end":3.000,"text":"a dog","score":-0.25,"confidence":0.5,"token_ids":[7,3]})"
    "\n";

TEST(CaptionRecord, ReadsWhatTheElementSends) {
  const TimedRecord record = parse_caption_record(kRecord, false);
  EXPECT_EQ(record.source, "talk.mp4");
  EXPECT_EQ(record.start, 1'266'666'667);
  EXPECT_EQ(record.end, 3'000'000'000);
  EXPECT_EQ(record.text, "a dog");
  using Detail = std::pair<std::string, std::string>;
  EXPECT_THAT(record.details, ElementsAre(Detail("score", "-0.25"), Detail("confidence", "0.5")));
  EXPECT_THAT(parse_caption_record(kRecord, true).details, Contains(Detail("token_ids", "[7,3]")));
}

TEST(CaptionRecord, KeepsNanosecondsOfALongVideo) {
  const TimedRecord record = parse_caption_record(
      R"({"source":"","start":86399.123456789,"end":86400,"text":"","score":0,"confidence":0,"token_ids":[]})", false);
  EXPECT_NEAR(static_cast<double>(record.start), 86'399'123'456'789.0, 20);  // a double holds 86399 s to 15 ns
}

TEST(CaptionRecord, RefusesWhatIsNoRecord) {
  EXPECT_THROW(parse_caption_record("", false), Error);
  EXPECT_THROW(parse_caption_record("[]", false), Error);
  EXPECT_THROW(parse_caption_record(R"({"source":"a"})", false), Error);
  EXPECT_THROW(parse_caption_record(
                   R"({"source":"a","start":"0","end":1,"text":"","score":0,"confidence":0,"token_ids":[]})", false),
               Error);
}

}  // namespace
}  // namespace blip
