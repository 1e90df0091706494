#include "training/trainer/training_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(TrainingLog, TellsMetricsInEveryForm) {
  const test::TempDir folder;
  const OutputFolder output{folder.path()};
  TrainingLog log(output, "caption, seed 1", "task: caption\n", 0);
  log.add(1, {{"loss", 2}});
  log.add(2, {{"loss", 1}});
  log.add_samples(2, {{"", "a circle", "a square"}});
  log.write_report();
  EXPECT_EQ(read_metrics(output.metrics()).size(), 2u);
  std::ostringstream html;
  html << std::ifstream(output.report()).rdbuf();
  EXPECT_THAT(html.str(), AllOf(HasSubstr("caption, seed 1"), HasSubstr("a circle"), HasSubstr("<svg")));
}

}  // namespace
}  // namespace blip
