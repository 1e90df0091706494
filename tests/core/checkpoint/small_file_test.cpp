#include "core/checkpoint/small_file.h"

#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

TEST(SmallFile, IsNeededUnlessItIsThereWithTheSameContent) {
  const test::TempDir dir;
  const SmallFile file{"a.json", "{}"};
  EXPECT_TRUE(is_needed(dir.path(), file));
  write_text_file(dir / "a.json", "{}");
  EXPECT_EQ(read_text_file(dir / "a.json"), "{}");
  EXPECT_FALSE(is_needed(dir.path(), file));
  EXPECT_THAT(test::error_of(
                  [&] {
                    is_needed(dir.path(), {"a.json", "[]"});
                  },
                  ErrorKind::kInvalidArgument),
              ::testing::HasSubstr("a.json"));
}

TEST(SmallFile, ALinkToNothingIsThere) {
  const test::TempDir dir;
  EXPECT_FALSE(is_there(dir / "link"));
  std::filesystem::create_symlink(dir / "nothing", dir / "link");
  EXPECT_TRUE(is_there(dir / "link"));
}

}  // namespace
}  // namespace blip
