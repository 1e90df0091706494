#include "pipelines/records/vtt_writer.h"

#include <gtest/gtest.h>

#include "tests/pipelines/records/records.h"

namespace blip {
namespace {

TEST(VttWriter, BeginsWithItsSignature) {
  EXPECT_EQ(VttWriter().header(), "WEBVTT\n\n");
}

TEST(VttWriter, WritesCues) {
  EXPECT_EQ(VttWriter().spell(test::video_record(3000, 6200, "a pink circle")),
            "00:00:03.000 --> 00:00:06.200\na pink circle\n\n");
}

TEST(VttWriter, EscapesMarkup) {
  EXPECT_EQ(VttWriter().spell(test::video_record(0, 1000, "<b>cats & dogs</b> --> fun")),
            "00:00:00.000 --> 00:00:01.000\n&lt;b&gt;cats &amp; dogs&lt;/b&gt; → fun\n\n");
}

TEST(VttWriter, SkipsAnEmptyCaption) {
  EXPECT_EQ(VttWriter().spell(test::video_record(0, 1000, "")), "");
}

}  // namespace
}  // namespace blip
