#include "training/capfilt/report_content.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/temp_dir.h"
#include "tests/training/capfilt/counting_shards.h"

namespace blip {
namespace {

using test::run_into;

TEST(ReportContent, TellsCountsSettingsAndExamplesOfEveryKind) {
  const test::TempDir dir;
  test::write_web_shards(dir / "in", 40, 10);
  WorkInputs inputs;
  inputs.found = {dir / "in"};
  const CapFiltCounts counts = run_into(dir / "out", inputs);
  const CapFiltReport report = report_content(CapFiltFolder::read(dir / "out"), counts, 4);
  EXPECT_EQ(report.units, 4);
  EXPECT_EQ(report.finished, 4);
  EXPECT_EQ(report.threshold, 0.5);
  ASSERT_EQ(report.rows.size(), 4u);
  EXPECT_EQ(report.rows[1].name, "web texts");
  EXPECT_EQ(report.rows[1].in, 40);
  ASSERT_EQ(report.histograms.size(), 2u);
  std::int64_t scored = 0;
  for (const std::int64_t bin : report.histograms[0].bins) scored += bin;
  EXPECT_EQ(scored, 40);
  std::set<std::pair<std::string, bool>> kinds;
  for (const CapFiltReport::Example& example : report.examples) {
    kinds.insert({example.source, example.kept});
    EXPECT_EQ(example.kept, example.match.value() >= 0.5) << example.text;
    EXPECT_EQ(example.jpeg.substr(0, 2), "\xff\xd8");
    EXPECT_EQ(example.kept, example.reason.empty());
    if (example.source == "web") {
      EXPECT_FALSE(example.label.empty());
    }
  }
  EXPECT_EQ(kinds.size(), 4u);
  EXPECT_LE(report.examples.size(), 48u);
}

TEST(ReportContent, ARunWithoutAnythingHasAReport) {
  const test::TempDir dir;
  const CapFiltFolder folder = CapFiltFolder::open(dir / "out", {{"units", 2}});
  const CapFiltReport report = report_content(folder, {}, 0);
  EXPECT_TRUE(report.examples.empty());
  EXPECT_FALSE(report.threshold);
}

}  // namespace
}  // namespace blip
