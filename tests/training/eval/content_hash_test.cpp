#include "training/eval/content_hash.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

TEST(ContentHash, DifferentBytesHaveDifferentHashes) {
  std::set<std::string> hashes;
  const std::string zeros(9, '\0');
  for (std::size_t length = 0; length <= zeros.size(); ++length)
    EXPECT_TRUE(hashes.insert(content_hash(zeros.substr(0, length))).second) << length;
  EXPECT_TRUE(hashes.insert(content_hash("frame")).second);
  EXPECT_TRUE(hashes.insert(content_hash("fraem")).second);
  EXPECT_EQ(content_hash("frame"), content_hash("frame"));
  EXPECT_EQ(content_hash("frame").size(), 32U);
}

TEST(ContentHash, FilesAreReadToTheirEnd) {
  const test::TempDir folder;
  const std::string large((std::size_t{1} << 20) + 5, 'x');
  const auto write = [&](const std::string& name, const std::string& bytes) {
    std::ofstream(folder / name, std::ios::binary) << bytes;
    return file_hash(folder / name);
  };
  EXPECT_EQ(write("a", large), write("b", large));
  EXPECT_NE(write("a", large), write("b", large.substr(0, large.size() - 1) + "y"));
  EXPECT_NE(write("a", large), write("b", large + "x"));
  EXPECT_NE(write("a", ""), write("b", "x"));
  EXPECT_THROW(file_hash(folder / "none"), Error);
}

}  // namespace
}  // namespace blip
