#include "pipelines/records/srt_writer.h"

#include <gtest/gtest.h>

#include "tests/pipelines/records/records.h"

namespace blip {
namespace {

TEST(SrtWriter, NumbersItsCues) {
  SrtWriter writer;
  EXPECT_EQ(writer.header(), "");
  EXPECT_EQ(writer.spell(test::video_record(0, 3000, "a pink circle")),
            "1\n00:00:00,000 --> 00:00:03,000\na pink circle\n\n");
  EXPECT_EQ(writer.spell(test::video_record(3000, 3'600'250, "ein Hündchen 🐶")),
            "2\n00:00:03,000 --> 01:00:00,250\nein Hündchen 🐶\n\n");
}

TEST(SrtWriter, LetsNoTextEndOrStartACue) {
  EXPECT_EQ(SrtWriter().spell(test::video_record(0, 1000, "a\n\n2\n00:00 --> b")),
            "1\n00:00:00,000 --> 00:00:01,000\na 2 00:00 → b\n\n");
}

TEST(SrtWriter, SkipsAnEmptyCaptionWithoutLosingANumber) {
  SrtWriter writer;
  EXPECT_EQ(writer.spell(test::video_record(0, 1000, " ")), "");
  EXPECT_EQ(writer.spell(test::video_record(1000, 2000, "a dog")), "1\n00:00:01,000 --> 00:00:02,000\na dog\n\n");
}

}  // namespace
}  // namespace blip
