#include "pipelines/runner/run_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace blip {
namespace {

RunSettings parse(std::vector<std::string> arguments) {
  CLI::App app("test", "gst-blip");
  const auto settings = add_run_command(app);
  arguments.insert(arguments.begin(), "run");
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  app.parse(arguments);
  return *settings;
}

TEST(RunCommand, ReadsAssignments) {
  const RunSettings settings = parse({"alert", "--set", "a=b", "--set", "c=d=e f", "--set", "g=", "--dry-run"});
  EXPECT_EQ(settings.pipeline, "alert");
  EXPECT_EQ(settings.variables, (std::map<std::string, std::string>{{"a", "b"}, {"c", "d=e f"}, {"g", ""}}));
  EXPECT_TRUE(settings.dry_run);
  EXPECT_FALSE(settings.list);
  EXPECT_TRUE(parse({"--list"}).list);
  EXPECT_TRUE(parse({"x", "--variables"}).show_variables);
}

TEST(RunCommand, TakesThePipelineAfterAssignments) {
  EXPECT_EQ(parse({"--set", "a=b", "alert"}).pipeline, "alert");
}

TEST(RunCommand, RefusesWhatIsNoAssignment) {
  EXPECT_THROW(parse({"alert", "--set", "a"}), CLI::ParseError);
  EXPECT_THROW(parse({"alert", "--set", "=b"}), CLI::ParseError);
  EXPECT_THROW(parse({"alert", "--set", "a=b", "--set", "a=c"}), CLI::ParseError);
  EXPECT_THROW(parse({"alert", "second"}), CLI::ParseError);
}

}  // namespace
}  // namespace blip
