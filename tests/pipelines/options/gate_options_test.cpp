#include "pipelines/options/gate_options.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace blip {
namespace {

GateSettings parsed(const std::string& arguments) {
  CLI::App app;
  GateSettings settings;
  add_gate_options(app, settings);
  app.parse(arguments);
  return settings;
}

TEST(GateOptions, FillTheSettings) {
  const GateSettings settings = parsed("--gate similar --gate-threshold 3.5");
  EXPECT_EQ(settings.gate_options().rule, GateRule::kSimilar);
  EXPECT_EQ(settings.gate_options().threshold, 3.5);
  EXPECT_EQ(parsed("--gate off").gate_options().rule, GateRule::kOff);
}

TEST(GateOptions, OnlyDuplicatesByDefault) {
  const GateOptions options = parsed("").gate_options();
  EXPECT_EQ(options.rule, GateRule::kDuplicate);
  EXPECT_EQ(options.threshold, 2) << "as the help text has it";
}

TEST(GateOptions, RefuseWhatThereIsNot) {
  for (const char* wrong : {"--gate on", "--gate", "--gate-threshold -1", "--gate-threshold 256",
                            "--gate-threshold nan", "--gate-threshold little"})
    EXPECT_THROW(parsed(wrong), CLI::ParseError) << wrong;
}

}  // namespace
}  // namespace blip
