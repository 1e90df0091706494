#include "core/checkpoint/directory_output.h"

#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(DirectoryOutput, AppearsWhenItIsFinished) {
  const test::TempDir dir;
  DirectoryOutput output(dir / "target");
  test::write_text(output.part() / "a", "1");
  EXPECT_FALSE(fs::exists(dir / "target"));
  output.finish();
  EXPECT_EQ(test::read_text(dir / "target/a"), "1");
  EXPECT_EQ(entries(dir.path()), 1u);
}

TEST(DirectoryOutput, LeavesNothingBehindWithoutFinish) {
  const test::TempDir dir;
  {
    const DirectoryOutput output(dir / "target");
    test::write_text(output.part() / "a", "1");
  }
  EXPECT_EQ(entries(dir.path()), 0u);
}

TEST(DirectoryOutput, TakesAnEmptyDirectoryButNoOtherTarget) {
  const test::TempDir dir;
  fs::create_directory(dir / "empty");
  DirectoryOutput output(dir / "empty/");
  test::write_text(output.part() / "a", "1");
  output.finish();
  EXPECT_EQ(entries(dir / "empty"), 1u);
  EXPECT_THAT(error_of([&] { DirectoryOutput(dir / "empty"); }, ErrorKind::kInvalidArgument),
              HasSubstr("exists already"));
  test::write_text(dir / "file", "1");
  EXPECT_THAT(error_of([&] { DirectoryOutput(dir / "file"); }, ErrorKind::kInvalidArgument),
              HasSubstr("exists already"));
  EXPECT_THAT(error_of([] { DirectoryOutput("/no/such/folder/target"); }, ErrorKind::kFailed),
              HasSubstr("/no/such/folder/target"));
}

}  // namespace
}  // namespace blip
