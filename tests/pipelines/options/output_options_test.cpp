#include "pipelines/options/output_options.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace blip {
namespace {

TEST(OutputOptions, FillTheFiles) {
  CLI::App app;
  JobFiles files;
  add_output_options(app, files);
  app.parse("--format vtt -o out/ --auto-orient");
  EXPECT_EQ(files.format, OutputFormat::kVtt);
  EXPECT_EQ(files.output, "out/");
  EXPECT_TRUE(files.auto_orient);
}

TEST(OutputOptions, RefuseAnUnknownFormat) {
  CLI::App app;
  JobFiles files;
  add_output_options(app, files);
  EXPECT_THROW(app.parse("--format ass"), CLI::ParseError);
}

}  // namespace
}  // namespace blip
