#include "pipelines/records/text_writer.h"

#include <gtest/gtest.h>

#include "tests/pipelines/records/records.h"

namespace blip {
namespace {

TEST(TextWriter, WritesTimesAndCaption) {
  TextWriter writer(false);
  EXPECT_EQ(writer.header(), "");
  EXPECT_EQ(writer.spell(test::video_record(3000, 6200, "a pink circle")),
            "00:00:03.000 --> 00:00:06.200  a pink circle\n");
}

TEST(TextWriter, LeavesTimesOutForAStillPicture) {
  EXPECT_EQ(TextWriter(false).spell(test::still_record("a cat")), "a cat\n");
}

TEST(TextWriter, NamesTheSourceWhenAsked) {
  TextWriter writer(true);
  EXPECT_EQ(writer.spell(test::video_record(0, 1000, "a dog")), "talk.mp4: 00:00:00.000 --> 00:00:01.000  a dog\n");
  EXPECT_EQ(writer.spell(test::still_record("a cat")), "photo.jpg: a cat\n");
}

TEST(TextWriter, PutsTheRemarkInBrackets) {
  TimedRecord record = test::still_record("a cat");
  record.remark = "best 0.93";
  EXPECT_EQ(TextWriter(false).spell(record), "a cat  (best 0.93)\n");
}

TEST(TextWriter, KeepsARecordOnOneLine) {
  TimedRecord record = test::still_record("a\ncat");
  record.source = "odd\nname.jpg";
  EXPECT_EQ(TextWriter(true).spell(record), "odd name.jpg: a cat\n");
}

}  // namespace
}  // namespace blip
