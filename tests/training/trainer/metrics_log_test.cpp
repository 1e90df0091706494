#include "training/trainer/metrics_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

TEST(MetricsLog, WritesOneObjectALine) {
  const test::TempDir folder;
  MetricsLog log(folder / "m.jsonl", 0);
  log.add(5, {{"loss", 1.5}, {"bad", std::numeric_limits<double>::quiet_NaN()}});
  log.add(10, {{"loss", 1}});
  EXPECT_EQ(text_of(folder / "m.jsonl"), "{\"step\":5,\"loss\":1.5,\"bad\":null}\n{\"step\":10,\"loss\":1.0}\n");
  EXPECT_THAT(read_metrics(folder / "m.jsonl"),
              ElementsAre(Pair(5, ElementsAre(Pair("loss", 1.5))), Pair(10, ElementsAre(Pair("loss", 1.0)))));
}

TEST(MetricsLog, DropsLinesBehindTheStepItGoesOnAfterAndBrokenOnes) {
  const test::TempDir folder;
  std::ofstream(folder / "m.jsonl")
      << "{\"step\":5,\"a\":1}\n{\"step\":15,\"a\":2}\nrubbish\n[1]\n{\"step\":10,\"a\":3}\n"
         "{\"step\":10,\"a";
  MetricsLog log(folder / "m.jsonl", 10);
  log.add(11, {{"a", 4}});
  EXPECT_EQ(text_of(folder / "m.jsonl"), "{\"step\":5,\"a\":1}\n{\"step\":10,\"a\":3}\n{\"step\":11,\"a\":4.0}\n");
}

TEST(MetricsLog, ReadsNothingWhereThereIsNoFile) {
  const test::TempDir folder;
  EXPECT_THAT(read_metrics(folder / "m.jsonl"), IsEmpty());
  EXPECT_THROW(MetricsLog(folder / "nowhere/m.jsonl", 0), Error);
}

}  // namespace
}  // namespace blip
