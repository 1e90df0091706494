#include "core/index/file_hash.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

// XXH3-128 of nothing, as its authors publish it (seed 0).
constexpr const char* kOfNothing = "99aa06d3014798d86001c324468d497f";

TEST(FileHash, IsXxh3OfAllBytes) {
  const test::TempDir folder;
  std::ofstream(folder / "empty").flush();
  EXPECT_EQ(file_hash(folder / "empty"), kOfNothing);
  EXPECT_EQ(text_hash(""), kOfNothing);
}

TEST(FileHash, EveryByteCounts) {
  const test::TempDir folder;
  const std::string large((std::size_t{9} << 20) + 3, 'x');
  const auto hash_of = [&](const std::string& bytes) {
    std::ofstream(folder / "a", std::ios::binary) << bytes;
    return file_hash(folder / "a");
  };
  EXPECT_EQ(hash_of(large), text_hash(large)) << "in pieces as in one";
  EXPECT_NE(hash_of(large), hash_of(large + "x"));
  EXPECT_NE(hash_of(large), hash_of(large.substr(0, large.size() - 1) + "y"));
}

TEST(FileHash, SaysWhatCannotBeReadAndStopsWhenToldTo) {
  const test::TempDir folder;
  EXPECT_THROW(file_hash(folder / "none"), Error);
  std::ofstream(folder / "a") << "text";
  try {
    file_hash(folder / "a", [] { return true; });
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCancelled);
  }
}

}  // namespace
}  // namespace blip
