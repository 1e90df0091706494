#include "training/benchmarks/layout_table.h"

#include <gmock/gmock.h>

#include <cctype>
#include <fstream>
#include <set>

#include "tests/training/benchmarks/benchmark_fixtures.h"

namespace blip {
namespace {

using test::failure_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(LayoutTable, FindsALayoutByItsNameOrByItsTasks) {
  EXPECT_EQ(find_layout("coco-caption").task, BenchmarkTask::kCaptions);
  EXPECT_EQ(find_layout("coco", BenchmarkTask::kCaptions).name, "coco-caption");
  EXPECT_EQ(find_layout("coco", BenchmarkTask::kRetrieval).name, "coco-retrieval");
  EXPECT_EQ(find_layout("msrvtt-1ka", BenchmarkTask::kRetrieval).name, "msrvtt-1ka");
  EXPECT_EQ(find_layout("json", BenchmarkTask::kQuestions).name, "json-qa");
  EXPECT_EQ(layout_row("nlvr2").info.task, BenchmarkTask::kStatements);
}

TEST(LayoutTable, NamesThoseOfTheTaskForOneThatIsNotThere) {
  const auto of_task = failure_of([] { find_layout("coco", BenchmarkTask::kQuestions); });
  EXPECT_EQ(of_task.kind, ErrorKind::kInvalidArgument);
  EXPECT_THAT(of_task.message, AllOf(HasSubstr("'coco'"), HasSubstr("msvd-qa"), Not(HasSubstr("nocaps"))));
  EXPECT_THAT(failure_of([] { find_layout("coco"); }).message, AllOf(HasSubstr("nocaps"), HasSubstr("visdial")));
  EXPECT_EQ(failure_of([] { layout_row(""); }).kind, ErrorKind::kInvalidArgument);
}

TEST(LayoutTable, HasWholeRowsOfDifferentNames) {
  std::set<std::string_view> names;
  for (const LayoutRow& row : layout_rows()) {
    SCOPED_TRACE(row.info.name);
    EXPECT_TRUE(names.insert(row.info.name).second);
    EXPECT_FALSE(row.forms.empty());
    EXPECT_FALSE(words_of_list(row.files).empty());
    EXPECT_FALSE(words_of_list(row.media_folders).empty());
    EXPECT_TRUE(row.info.documentation.starts_with("docs/evaluation.md#"));
    EXPECT_EQ(row.splits.empty(), row.info.home.empty()) << "own data alone has neither";
  }
  EXPECT_EQ(names.size(), layouts().size());
}

// A heading as pages link to it: "### Your own data" -> "docs/evaluation.md#your-own-data".
std::set<std::string> documented_layouts() {
  std::ifstream in(std::string(BLIP_SOURCE_DIR) + "/docs/evaluation.md");
  std::set<std::string> links;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("### ")) continue;
    std::string link = "docs/evaluation.md#";
    for (const char c : line.substr(4)) link += c == ' ' ? '-' : static_cast<char>(std::tolower(c));
    links.insert(link);
  }
  return links;
}

TEST(LayoutTable, IsDocumented) {
  const auto documented = documented_layouts();
  for (const LayoutInfo& info : layouts())
    EXPECT_TRUE(documented.contains(std::string(info.documentation))) << info.documentation;
}

TEST(LayoutTable, SplitsListsAtBlanks) {
  EXPECT_THAT(words_of_list(" a  b "), ElementsAre("a", "b"));
  EXPECT_TRUE(words_of_list("").empty());
}

}  // namespace
}  // namespace blip
