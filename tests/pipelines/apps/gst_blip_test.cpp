#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipelines/support/gst_blip.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

test::ProgramResult run_gst_blip(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), test::gst_blip_program());
  return test::run_program(arguments);
}

TEST(GstBlip, TellsItsVersionAndHelpsOnStandardOutput) {
  const auto version = run_gst_blip({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, StartsWith("gst-blip "));
  const auto help = run_gst_blip({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("caption"));
  const auto caption_help = run_gst_blip({"caption", "--help"});
  EXPECT_EQ(caption_help.exit_code, 0);
  EXPECT_THAT(caption_help.out, HasSubstr("Examples:"));
  EXPECT_EQ(version.err + help.err + caption_help.err, "");
  for (const char* command : {"ask", "match", "run", "model"}) {
    EXPECT_THAT(help.out, HasSubstr(command));
    EXPECT_THAT(run_gst_blip({command, "--help"}).out, HasSubstr("Examples:"));
  }
}

// Threads that spin slow everything down; the runtime tells its policy when it is loaded.
TEST(GstBlip, LetsOpenMpThreadsWaitPassivelyUnlessToldOtherwise) {
  test::ProgramOptions options;
  options.environment = {{"OMP_WAIT_POLICY", ""}, {"OMP_DISPLAY_ENV", "true"}};
  EXPECT_THAT(test::run_program({test::gst_blip_program(), "--version"}, options).err,
              HasSubstr("OMP_WAIT_POLICY = 'PASSIVE'"));
  options.environment["OMP_WAIT_POLICY"] = "ACTIVE";
  EXPECT_THAT(test::run_program({test::gst_blip_program(), "--version"}, options).err,
              testing::Not(HasSubstr("PASSIVE")));
}

TEST(GstBlip, AnswersWrongUsageWithOneLineAndExitCode2) {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"paint"},
      {"caption"},
      {"caption", "a.mp4", "--colour"},
      {"caption", "a.mp4", "--num-beams", "0"},
      {"caption", "a.mp4", "--format", "ass"},
      {"caption", "a.mp4", "--min-length", "9", "--max-length", "8"},
      {"caption", "a.mp4", "b.mp4", "--format", "srt"},
      {"ask", "a.mp4"},
      {"ask", "a.mp4", "what?", "--window", "never"},
      {"match", "a.mp4"},
      {"match", "a.mp4", "a dog", "--threshold", "0.2", "--threshold-off", "0.4"},
      {"run"},
      {"run", "caption-to-srt", "--set", "x"},
  };
  for (const auto& arguments : wrong) {
    const auto result = run_gst_blip(arguments);
    EXPECT_EQ(result.exit_code, 2) << testing::PrintToString(arguments);
    EXPECT_EQ(result.out, "") << testing::PrintToString(arguments);
    EXPECT_THAT(result.err_lines(), SizeIs(1)) << result.err;
    EXPECT_THAT(result.err, StartsWith("gst-blip: "));
  }
}

}  // namespace
}  // namespace blip
