#include "pipelines/records/output_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "pipelines/terminal/usage_error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

JobFiles settings_for(std::vector<std::string> files, std::string output = {},
                      std::optional<OutputFormat> format = {}) {
  JobFiles settings;
  settings.files = std::move(files);
  settings.output = std::move(output);
  settings.format = format;
  return settings;
}

TEST(OutputPlan, IsTextOnStandardOutputUnlessAskedOtherwise) {
  const OutputPlan plan = plan_output(settings_for({"a.mp4", "b.mp4"}));
  EXPECT_EQ(plan.format, OutputFormat::kText);
  EXPECT_TRUE(plan.file.empty());
  EXPECT_TRUE(plan.each.empty());
}

TEST(OutputPlan, TakesTheFormatFromTheNameUnlessItIsGiven) {
  EXPECT_EQ(plan_output(settings_for({"a.mp4"}, "x.srt")).format, OutputFormat::kSrt);
  EXPECT_EQ(plan_output(settings_for({"a.mp4"}, "x.srt", OutputFormat::kJson)).format, OutputFormat::kJson);
  EXPECT_EQ(plan_output(settings_for({"a.mp4"}, "captions")).format, OutputFormat::kText);
}

TEST(OutputPlan, GivesEachSourceItsOwnFileInADirectory) {
  const OutputPlan plan = plan_output(settings_for({"in/a.mp4", "b.tar.webm"}, "out/", OutputFormat::kVtt));
  EXPECT_EQ(plan.directory, "out/");
  EXPECT_THAT(plan.each, ElementsAre("out/a.vtt", "out/b.tar.vtt"));
}

TEST(OutputPlan, SeesADirectoryThatExistsWithoutASlash) {
  const test::TempDir directory;
  const OutputPlan plan = plan_output(settings_for({"a.mp4"}, directory.path().string(), OutputFormat::kJson));
  EXPECT_THAT(plan.each, ElementsAre(directory / "a.jsonl"));
}

TEST(OutputPlan, RefusesSeveralSourcesInOneSubtitleFile) {
  EXPECT_THAT(
      [] {
        plan_output(settings_for({"a.mp4", "b.mp4"}, "x.srt"));
      },
      ThrowsMessage<UsageError>(HasSubstr("give -o a directory")));
  EXPECT_THAT(
      [] {
        plan_output(settings_for({"a.mp4", "b.mp4"}, "", OutputFormat::kVtt));
      },
      ThrowsMessage<UsageError>(HasSubstr("vtt")));
  EXPECT_NO_THROW(plan_output(settings_for({"a.mp4", "b.mp4"}, "x.jsonl")));
}

TEST(OutputPlan, RefusesTwoSourcesWithOneName) {
  EXPECT_THAT(
      [] {
        plan_output(settings_for({"1/a.mp4", "2/a.webm"}, "out/", OutputFormat::kSrt));
      },
      ThrowsMessage<UsageError>(HasSubstr("'1/a.mp4' and '2/a.webm'")));
}

TEST(OutputPlan, RefusesToOverwriteASource) {
  const test::TempDir directory;
  const std::string source = directory / "a.txt";
  std::ofstream(source) << "x";
  EXPECT_THAT([&] { plan_output(settings_for({source}, source)); },
              ThrowsMessage<UsageError>(HasSubstr("one of the input files")));
  EXPECT_THAT([&] { plan_output(settings_for({source}, directory.path().string())); },
              ThrowsMessage<UsageError>(HasSubstr("one of the input files")));
}

}  // namespace
}  // namespace blip
