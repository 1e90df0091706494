#include "plugins/queries/query_source.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace blip {
namespace {

class QuerySourceTest : public ::testing::Test {
 protected:
  // Each write is a second later than the one before.
  void write(const std::string& content) {
    std::ofstream(path_) << content;
    written_ += std::chrono::seconds(1);
    std::filesystem::last_write_time(path_, written_);
  }
  test::TempDir directory_;
  std::string path_ = directory_ / "queries.txt";
  std::filesystem::file_time_type written_ = std::filesystem::file_time_type::clock::now();
  QuerySource source_;
};

TEST_F(QuerySourceTest, PropertyAndFileAddUp) {
  write("a cat\n");
  EXPECT_FALSE(source_.refresh({"a dog", path_, ""}));
  ASSERT_EQ(source_.queries().size(), 2u);
  EXPECT_EQ(source_.queries()[1].text, "a cat");
}

TEST_F(QuerySourceTest, AFileIsReadAgainWhenItHasChangedAndOnlyThen) {
  write("a cat\n");
  source_.refresh({"", path_, ""});
  const auto before = source_.version();
  EXPECT_FALSE(source_.refresh({"", path_, ""}));
  EXPECT_EQ(source_.version(), before);
  write("a bird\n");
  EXPECT_FALSE(source_.refresh({"", path_, ""}));
  EXPECT_GT(source_.version(), before);
  EXPECT_EQ(source_.queries()[0].text, "a bird");
}

TEST_F(QuerySourceTest, AFileThatTurnsBadLeavesTheQueriesAndIsToldOnce) {
  write("a cat\n");
  source_.refresh({"", path_, ""});
  write("\xff\n");
  const auto failure = source_.refresh({"", path_, ""});
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, ErrorKind::kInvalidData);
  EXPECT_EQ(source_.queries().at(0).text, "a cat");
  EXPECT_FALSE(source_.refresh({"", path_, ""})) << "the same file again is no news";
  std::filesystem::remove(path_);
  EXPECT_TRUE(source_.refresh({"", path_, ""}));
}

}  // namespace
}  // namespace blip
