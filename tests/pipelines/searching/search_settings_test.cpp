#include "pipelines/searching/search_settings.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "core/base/error.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(SearchSettings, AWeightStandsBeforeAColon) {
  EXPECT_EQ(parse_weighted_text("2:red circle").text, "red circle");
  EXPECT_DOUBLE_EQ(parse_weighted_text("0.5:red").weight, 0.5);
  EXPECT_EQ(parse_weighted_text("at 10:30").text, "at 10:30");
  EXPECT_DOUBLE_EQ(parse_weighted_text("three shapes: a star").weight, 1);
  for (const char* bad : {"0:red", "-1:red", "1e9:red", "2:", "2: ", "", " "})
    EXPECT_THROW(parse_weighted_text(bad), UsageError) << bad;
}

TEST(SearchSettings, MomentsAreClocksOrDurations) {
  EXPECT_EQ(parse_moment("1:05"), 65 * kSecond);
  EXPECT_EQ(parse_moment("1:02:03.5"), 3723 * kSecond + kSecond / 2);
  EXPECT_EQ(parse_moment("90s"), 90 * kSecond);
  EXPECT_EQ(parse_moment("12.25"), 12 * kSecond + kSecond / 4);
  EXPECT_EQ(parse_moment("75:00"), 4500 * kSecond);
  for (const char* bad : {"", ":", "1:", ":5", "1:60", "1:2:3:4", "-1:00", "1:-5", "x", "1:5x", "1:nan"})
    EXPECT_FALSE(parse_moment(bad)) << bad;
}

TEST(SearchSettings, AMomentOfAVideoStandsBehindTheLastAt) {
  const VideoMoment moment = parse_video_moment("me@home.mp4@0:03");
  EXPECT_EQ(moment.video, "me@home.mp4");
  EXPECT_EQ(moment.time, 3 * kSecond);
  for (const char* bad : {"talk.mp4", "@3", "talk.mp4@", "talk.mp4@x"})
    EXPECT_THROW(parse_video_moment(bad), UsageError) << bad;
}

class InUtc : public testing::Test {
 protected:
  InUtc() {
    setenv("TZ", "UTC", 1);
    tzset();
  }
};

TEST_F(InUtc, ADateIsADayOrAMinuteOrASecond) {
  const auto day = parse_date("2026-05-01");
  ASSERT_TRUE(day);
  EXPECT_EQ(day->begin, 1777593600);
  EXPECT_EQ(day->end - day->begin, 86400);
  const auto minute = parse_date("2026-05-01 14:30");
  ASSERT_TRUE(minute);
  EXPECT_EQ(minute->begin, 1777593600 + 14 * 3600 + 30 * 60);
  EXPECT_EQ(minute->end - minute->begin, 60);
  EXPECT_EQ(parse_date("2026-05-01T14:30:10")->begin, minute->begin + 10);
  for (const char* bad :
       {"", "2026", "2026-05", "26-05-01", "2026-02-30", "2026-13-01", "2026-05-01 24:00", "2026-05-01 1", "today"})
    EXPECT_FALSE(parse_date(bad)) << bad;
}

TEST(SearchSettings, WordsOfTheCommandLineAreOneText) {
  SearchSettings settings;
  settings.query = {"a", "red", "circle"};
  settings.unwanted = {"a star", "0.5:a ring"};
  settings.more = {"2:a dark background"};
  const SearchRequest request = settings.request();
  ASSERT_EQ(request.texts.size(), 4U);
  EXPECT_EQ(request.texts[0].text, "a red circle");
  EXPECT_DOUBLE_EQ(request.texts[1].weight, 2);
  EXPECT_DOUBLE_EQ(request.texts[2].weight, -1);
  EXPECT_DOUBLE_EQ(request.texts[3].weight, -0.5);
}

TEST(SearchSettings, SomethingMustBeLookedFor) {
  SearchSettings settings;
  EXPECT_THROW(settings.request(), UsageError);
  settings.query = {" ", ""};
  EXPECT_THROW(settings.request(), UsageError);
  settings.query.clear();
  settings.base.words = "circle";
  EXPECT_NO_THROW(settings.request());
}

TEST(SearchSettings, APictureThatIsNoneIsNamed) {
  SearchSettings settings;
  settings.image = __FILE__;
  try {
    settings.request();
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find(__FILE__), std::string::npos);
  }
}

TEST(SearchSettings, TheOutputsNameTellsTheFormat) {
  SearchSettings settings;
  EXPECT_EQ(settings.hit_format(), HitFormat::kText);
  for (const auto& [name, format] :
       {std::pair("a.otio", HitFormat::kOtio), std::pair("a.edl", HitFormat::kEdl),
        std::pair("a.jsonl", HitFormat::kJson), std::pair("a.vtt", HitFormat::kVtt),
        std::pair("a.ffmeta", HitFormat::kChapters), std::pair("a.other", HitFormat::kText)}) {
    settings.output = name;
    EXPECT_EQ(settings.hit_format(), format) << name;
  }
  settings.format = HitFormat::kSrt;
  EXPECT_EQ(settings.hit_format(), HitFormat::kSrt);
}

}  // namespace
}  // namespace blip
