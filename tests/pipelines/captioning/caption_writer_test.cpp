#include "pipelines/captioning/caption_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipelines/captioning/records.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(CaptionWriter, EveryFormatHasItsWriter) {
  const CaptionRecord record = test::video_record(1000, 2500, "a dog");
  const auto spell = [&](OutputFormat format) { return make_caption_writer(format, {})->spell(record); };
  EXPECT_THAT(spell(OutputFormat::kText), StartsWith("00:00:01.000 --> 00:00:02.500  "));
  EXPECT_THAT(spell(OutputFormat::kJson), StartsWith("{\"source\""));
  EXPECT_THAT(spell(OutputFormat::kSrt), StartsWith("1\n00:00:01,000 --> 00:00:02,500\n"));
  EXPECT_THAT(spell(OutputFormat::kVtt), StartsWith("00:00:01.000 --> 00:00:02.500\n"));
}

TEST(CaptionWriter, PassesItsOptionsOn) {
  const CaptionRecord record = test::video_record(0, 1, "a dog");
  EXPECT_THAT(make_caption_writer(OutputFormat::kText, {.show_source = true})->spell(record), StartsWith("talk.mp4: "));
  EXPECT_THAT(make_caption_writer(OutputFormat::kJson, {.token_ids = true})->spell(record), HasSubstr("token_ids"));
}

}  // namespace
}  // namespace blip
