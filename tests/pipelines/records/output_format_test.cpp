#include "pipelines/records/output_format.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(OutputFormat, EveryNameIsReadBack) {
  for (const char* name : {"text", "json", "srt", "vtt"}) {
    const auto format = parse_output_format(name);
    ASSERT_TRUE(format.has_value()) << name;
    EXPECT_EQ(output_format_name(*format), name);
  }
  EXPECT_FALSE(parse_output_format("SRT").has_value());
  EXPECT_FALSE(parse_output_format("").has_value());
}

TEST(OutputFormat, FollowsTheEndingOfAFileName) {
  EXPECT_EQ(format_of_file_name("a/talk.SRT"), OutputFormat::kSrt);
  EXPECT_EQ(format_of_file_name("talk.vtt"), OutputFormat::kVtt);
  EXPECT_EQ(format_of_file_name("talk.jsonl"), OutputFormat::kJson);
  EXPECT_EQ(format_of_file_name("talk.json"), OutputFormat::kJson);
  EXPECT_FALSE(format_of_file_name("talk.txt").has_value());
  EXPECT_FALSE(format_of_file_name("").has_value());
}

}  // namespace
}  // namespace blip
