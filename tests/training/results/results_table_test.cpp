#include "training/results/results_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/training/results/run_fixture.h"

namespace blip {
namespace {

using testing::HasSubstr;

std::string table_of(const std::vector<std::filesystem::path>& runs, TableFormat format) {
  return results_table(runs, format);
}

TEST(ResultsTable, HasRunsAsRowsAndThePapersFiguresBelow) {
  const test::TempDir dir;
  test::write_run(dir / "small", {100, 0});
  test::write_run(dir / "large", {100, 100});
  const std::string table = table_of({dir / "small", dir / "large/"}, TableFormat::kMarkdown);
  EXPECT_THAT(table, testing::StartsWith("### retrieval, msrvtt-1ka\n\n| | | model or source | text to video R@1 |\n"
                                         "|---|---|---|---:|\n"
                                         "| small | | tiny | 50.0 (40.0–60.0) |\n"
                                         "| large | | tiny | 100.0 (40.0–60.0) |\n"));
  EXPECT_THAT(table, HasSubstr("| BLIP | zero-shot | BLIP, table 10 | 43.3 |\n"));
}

TEST(ResultsTable, IsOnePerCommandAndDataSet) {
  const test::TempDir dir;
  Fingerprint other = test::some_fingerprint();
  other.command = "caption";
  other.data["layout"] = "own | captions";
  test::write_run(dir / "a", {1}, other);
  test::write_run(dir / "b", {2});
  const std::string table = table_of({dir / "a", dir / "b"}, TableFormat::kMarkdown);
  EXPECT_LT(table.find("### caption, own | captions"), table.find("### retrieval, msrvtt-1ka"));
}

TEST(ResultsTable, AsCsvHasALineAFigure) {
  const test::TempDir dir;
  Fingerprint odd = test::some_fingerprint();
  odd.model["name"] = "a, \"b\"";
  test::write_run(dir / "=run", {100, 0}, odd);
  const std::string table = table_of({dir / "=run"}, TableFormat::kCsv);
  EXPECT_THAT(table, testing::StartsWith("command,data,row,setting,source,metric,value,low,high\n"
                                         "retrieval,msrvtt-1ka,'=run,,\"a, \"\"b\"\"\",t2v.r1,50,40,60\n"));
  EXPECT_THAT(table, HasSubstr("retrieval,msrvtt-1ka,BLIP,zero-shot,\"BLIP, table 10\",t2v.r1,43.3,,\n"));
}

TEST(ResultsTable, ARunThatIsNotCompleteIsNamed) {
  const test::TempDir dir;
  { RunFolder::open(dir / "begun", test::some_fingerprint(), {}, false); }
  EXPECT_THAT(test::error_of([&] { table_of({dir / "begun"}, TableFormat::kCsv); }), HasSubstr("is not complete"));
  EXPECT_EQ(table_of({}, TableFormat::kMarkdown), "");
}

}  // namespace
}  // namespace blip
