#include "plugins/queries/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using ::testing::HasSubstr;
using Texts = std::vector<std::string>;

std::string write(const test::TempDir& directory, const std::string& content) {
  const std::string path = directory / "queries.txt";
  std::ofstream(path) << content;
  return path;
}

TEST(SplitTexts, LeavesOutSpaceAndNothing) {
  EXPECT_EQ(split_texts(" a red car ;; a dog;"), (Texts{"a red car", "a dog"}));
  EXPECT_EQ(split_texts(""), Texts{});
  EXPECT_EQ(split_texts(" ; ;"), Texts{});
}

TEST(ParseQueries, AMinusMakesANegativeOne) {
  const auto queries = parse_queries("a dog; - a cat;-;x-ray");
  ASSERT_EQ(queries.size(), 3u);
  EXPECT_EQ(queries[0], (Query{"a dog", false, {}}));
  EXPECT_EQ(queries[1], (Query{"a cat", true, {}}));
  EXPECT_EQ(queries[2].text, "x-ray");
}

TEST(ReadQueries, ALineEachWithoutCommentsAndEmptyOnes) {
  const test::TempDir directory;
  const auto queries = read_queries(write(directory, "# people\na dog\r\n\n-a cat; black\n"));
  ASSERT_TRUE(queries.ok());
  ASSERT_EQ(queries.value().size(), 2u);
  EXPECT_EQ(queries.value()[0].text, "a dog");
  EXPECT_EQ(queries.value()[1], (Query{"a cat; black", true, {}}));
}

TEST(ReadQueries, SaysWhatIsWrongAndWhere) {
  const test::TempDir directory;
  const auto missing = read_queries(directory / "none.txt");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.failure().kind, ErrorKind::kNotFound);
  EXPECT_THAT(missing.failure().message, HasSubstr("none.txt"));
  const auto broken = read_queries(write(directory, "a dog\na \xff cat\n"));
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.failure().kind, ErrorKind::kInvalidData);
  EXPECT_THAT(broken.failure().message, HasSubstr("line 2"));
  EXPECT_THAT(read_queries(write(directory, "\n# only this\n")).failure().message, HasSubstr("no text"));
  EXPECT_THAT(read_queries(write(directory, "a\n-\n")).failure().message, HasSubstr("line 2"));
}

TEST(ReadQueries, TenThousandLinesAreReadAndMoreAreTooMany) {
  const test::TempDir directory;
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "a thing number " + std::to_string(i) + "\n";
  EXPECT_EQ(read_queries(write(directory, many)).value().size(), 10'000u);
  EXPECT_THAT(read_queries(write(directory, many + "one more\n")).failure().message, HasSubstr("more than 10000"));
}

TEST(ReadEmbeddedQueries, AreBroughtToUnitLength) {
  const test::TempDir directory;
  const auto queries = read_embedded_queries(write(
      directory,
      "{\"text\": \"a dog\", \"embedding\": [3, 4]}\n{\"text\": \"b\", \"embedding\": [0, 1], \"negative\": true}\n"));
  ASSERT_TRUE(queries.ok());
  EXPECT_EQ(queries.value()[0], (Query{"a dog", false, {0.6F, 0.8F}}));
  EXPECT_TRUE(queries.value()[1].negative);
}

TEST(ReadEmbeddedQueries, SaysWhatIsWrongAndWhere) {
  const test::TempDir directory;
  const std::string good = "{\"text\": \"a\", \"embedding\": [1, 2]}\n";
  for (const char* bad : {"a dog", "{\"text\": 1}", "{\"text\": \"a\"}", "{\"text\": \"a\", \"embedding\": [\"x\", 2]}",
                          "{\"text\": \"a\", \"embedding\": [1]}", "{\"text\": \"a\", \"embedding\": [0, 0]}"}) {
    const auto queries = read_embedded_queries(write(directory, good + bad));
    ASSERT_FALSE(queries.ok()) << bad;
    EXPECT_THAT(queries.failure().message, HasSubstr("line 2")) << bad;
  }
}

}  // namespace
}  // namespace blip
