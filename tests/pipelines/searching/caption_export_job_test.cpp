// gst-blip index export.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipelines/searching/caption_export_command.h"
#include "tests/pipelines/searching/color_program.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<test::ColorVideo> kVideos = {{"/v/a.mp4", {"red", "red", "blue"}}, {"/w/a.mp4", {"green"}}};

TEST(ExportJob, WritesEqualNeighboursAsOneCue) {
  const auto result = test::ColorProgram(kVideos).run({"index", "export", "/v/a.mp4"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(
      result.out,
      "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\na red picture\n\n00:00:02.000 --> 00:00:03.000\na blue picture\n\n");
}

TEST(ExportJob, JsonHasEverySegmentOfAll) {
  const auto records =
      test::json_records(test::ColorProgram(kVideos).run({"index", "export", "--all", "--format", "jsonl"}));
  ASSERT_EQ(records.size(), 4U);
  EXPECT_EQ(records[0].at("source"), "/v/a.mp4");
  EXPECT_EQ(records[1].at("start"), 1.0);
  EXPECT_EQ(records[3].at("text"), "a green picture");
}

TEST(ExportJob, WritesAFileAVideoIntoAFolder) {
  const test::ColorProgram program(kVideos);
  const auto result =
      program.run({"index", "export", "--all", "--format", "srt", "-o", program.file("out").string() + "/"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(std::filesystem::exists(program.file("out/a.srt")));
  EXPECT_TRUE(std::filesystem::exists(program.file("out/a-2.srt")));
}

TEST(ExportJob, RefusesWhatCannotBe) {
  const test::ColorProgram program(kVideos);
  for (const auto& [arguments, why] :
       {std::pair(std::vector<std::string>{"index", "export"}, "--all"),
        std::pair(std::vector<std::string>{"index", "export", "--all"}, "FOLDER/"),
        std::pair(std::vector<std::string>{"index", "export", "c.mp4"}, "not in the index")}) {
    const auto result = program.run(arguments);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr(why)));
  }
}

TEST(ExportSettings, TheOutputsNameTellsTheFormat) {
  ExportSettings settings;
  EXPECT_EQ(settings.export_format(), "vtt");
  for (const auto& [name, format] :
       {std::pair("a.srt", "srt"), std::pair("a.jsonl", "jsonl"), std::pair("a.ffmeta", "chapters")}) {
    settings.output = name;
    EXPECT_EQ(settings.export_format(), format);
  }
  settings.format = "vtt";
  EXPECT_EQ(settings.export_format(), "vtt");
}

}  // namespace
}  // namespace blip
