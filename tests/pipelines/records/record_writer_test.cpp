#include "pipelines/records/record_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipelines/records/records.h"

namespace blip {
namespace {

using testing::StartsWith;

TEST(RecordWriter, EveryFormatHasItsWriter) {
  const TimedRecord record = test::video_record(1000, 2500, "a dog");
  const auto spell = [&](OutputFormat format) { return make_record_writer(format, false)->spell(record); };
  EXPECT_THAT(spell(OutputFormat::kText), StartsWith("00:00:01.000 --> 00:00:02.500  "));
  EXPECT_THAT(spell(OutputFormat::kJson), StartsWith("{\"source\""));
  EXPECT_THAT(spell(OutputFormat::kSrt), StartsWith("1\n00:00:01,000 --> 00:00:02,500\n"));
  EXPECT_THAT(spell(OutputFormat::kVtt), StartsWith("00:00:01.000 --> 00:00:02.500\n"));
}

TEST(RecordWriter, NamesTheSourceWhenAsked) {
  const TimedRecord record = test::video_record(0, 1, "a dog");
  EXPECT_THAT(make_record_writer(OutputFormat::kText, true)->spell(record), StartsWith("talk.mp4: "));
}

}  // namespace
}  // namespace blip
