#include "pipelines/options/model_options.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace blip {
namespace {

TEST(ModelOptions, FillTheSettings) {
  CLI::App app;
  ModelSettings settings;
  add_model_options(app, settings);
  app.parse("--model m --vocab v --config c --device cuda:1 --precision float16 --num-threads 3");
  EXPECT_EQ(settings.model, "m");
  EXPECT_EQ(settings.vocab, "v");
  EXPECT_EQ(settings.config, "c");
  EXPECT_EQ(settings.device, "cuda:1");
  EXPECT_EQ(settings.precision, "float16");
  EXPECT_EQ(settings.num_threads, 3);
}

TEST(ModelOptions, RefuseWhatNoModelRunsWith) {
  for (const char* wrong : {"--device gpu", "--precision int2", "--num-threads -1", "--num-threads 2000"}) {
    CLI::App app;
    ModelSettings settings;
    add_model_options(app, settings);
    EXPECT_THROW(app.parse(wrong), CLI::ParseError) << wrong;
  }
}

}  // namespace
}  // namespace blip
