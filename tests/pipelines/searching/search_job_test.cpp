// gst-blip search, typed as people type it.
#include "pipelines/searching/search_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/pipelines/searching/color_program.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(SearchJob, WritesALineAResult) {
  const auto result = test::ColorProgram().run({"search", "a", "red", "thing", "--merge-gap", "off"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out_lines(), ElementsAre("1  90 %  0:00.0 - 0:01.0  /v/a.mp4  a red picture",
                                              "2  90 %  0:02.0 - 0:03.0  /v/a.mp4  a red picture",
                                              "3  90 %  0:01.0 - 0:02.0  /w/b.mp4  a red picture"));
  EXPECT_EQ(result.err, "");
}

TEST(SearchJob, SaysWhereThereIsMore) {
  const test::ColorProgram program;
  const auto first = program.run({"search", "red", "--merge-gap", "off", "-n", "2"});
  EXPECT_EQ(first.out_lines().size(), 2U);
  EXPECT_THAT(first.err, HasSubstr("--offset 2"));
  const auto second = program.run({"search", "red", "--merge-gap", "off", "-n", "2", "--offset", "2"});
  EXPECT_THAT(second.out_lines(), ElementsAre(AllOf(StartsWith("3 "), HasSubstr("/w/b.mp4"))));
  EXPECT_EQ(second.err, "");
}

TEST(SearchJob, SaysWhyThereIsNothing) {
  const auto result = test::ColorProgram().run({"search", "magenta"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err_lines(),
              ElementsAre(AllOf(HasSubstr("cut-off of 50 %"), HasSubstr("5 candidates"), HasSubstr("10 %"))));
}

TEST(SearchJob, WritesJsonAndExplains) {
  const auto result = test::ColorProgram().run({"search", "red", "--format", "json", "--explain", "--path", "b.mp4"});
  const auto records = test::json_records(result);
  ASSERT_EQ(records.size(), 2U) << result.err;
  EXPECT_EQ(records[0].at("path"), "/w/b.mp4");
  EXPECT_EQ(records[0].at("start"), 1.0);
  EXPECT_EQ(records[0].at("parts").at("similarity_rank"), 1);
  EXPECT_EQ(records[1].at("search").at("judged"), 2);
}

TEST(SearchJob, MoreLikeAMomentNeedsNoModel) {
  const test::ColorProgram program;
  const auto result = program.run({"search", "--like", "a.mp4@0:00.5", "-n", "1"}, {{"fail_open", "no model"}});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("1.000"), HasSubstr("0:02.0")));
  for (const auto& [moment, why] : {std::pair("c.mp4@1", "not in the index"),
                                    std::pair("a.mp4@5:00", "nothing indexed at"), std::pair("a.mp4", "VIDEO@TIME")}) {
    const auto refused = program.run({"search", "--like", moment});
    EXPECT_EQ(refused.exit_code, 2) << moment;
    EXPECT_THAT(refused.err_lines(), ElementsAre(HasSubstr(why)));
  }
}

TEST(SearchJob, CuesAndChaptersAreOfOneVideo) {
  const test::ColorProgram program;
  const auto several = program.run({"search", "red", "--format", "vtt"});
  EXPECT_EQ(several.exit_code, 2);
  EXPECT_THAT(several.err_lines(),
              ElementsAre(AllOf(HasSubstr("/v/a.mp4"), HasSubstr("/w/b.mp4"), HasSubstr("--path"))));
  const auto one = program.run({"search", "red", "--format", "vtt", "--path", "a.mp4", "--merge-gap", "off"});
  EXPECT_EQ(
      one.out,
      "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\na red picture\n\n00:00:02.000 --> 00:00:03.000\na red picture\n\n");
  EXPECT_THAT(program.run({"search", "red", "--format", "chapters", "--path", "a.mp4"}).out,
              StartsWith(";FFMETADATA1\n[CHAPTER]\n"));
}

TEST(SearchJob, TheOutputsNameSettlesTheFormatOfAnEditList) {
  const test::ColorProgram program;
  const auto file = program.file("red.edl");
  const auto result = program.run({"search", "red", "-o", file, "--fps", "24", "--merge-gap", "off"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(text, AllOf(StartsWith("TITLE: red\n"), HasSubstr("00:00:02:00 00:00:03:00")));
}

TEST(SearchJob, AnIndexOfAnotherModelIsRefused) {
  const test::ColorProgram program;
  const auto gone = program.run({"search", "red"}, {{"fail_open", "there is no model 'fake-model'"}});
  EXPECT_EQ(gone.exit_code, 1);
  EXPECT_THAT(gone.err_lines(), ElementsAre(AllOf(HasSubstr("no model 'fake-model'"), HasSubstr("--model"))));
}

TEST(SearchJob, WithoutAnIndexItSaysHowToMakeOne) {
  const auto result = test::run_program({test::gst_blip_program(), "search", "red", "--index", "/nowhere/index.db"},
                                        test::with_scripted_engine());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err_lines(), ElementsAre(AllOf(HasSubstr("/nowhere/index.db"), HasSubstr("index add"))));
}

TEST(SearchJob, WrongUsageIsTwo) {
  const test::ColorProgram program;
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"search"},
                                                {"search", " "},
                                                {"search", "red", "--cutoff", "2"},
                                                {"search", "red", "--since", "soon"},
                                                {"search", "red", "--more", "0:blue"},
                                                {"search", "red", "-n", "0"},
                                                {"search", "--not", "red"},
                                                {"search", "red", "--format", "xml"},
                                                {"search", "red", "--from", "x"}}) {
    const auto result = program.run(wrong);
    EXPECT_EQ(result.exit_code, 2) << testing::PrintToString(wrong) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err_lines().size(), 1U) << result.err;
  }
}

TEST(SearchJob, AFileThatIsNoPictureIsNamed) {
  const auto result = test::ColorProgram().run({"search", "--image", __FILE__});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err_lines(), ElementsAre(HasSubstr(__FILE__)));
}

}  // namespace
}  // namespace blip
