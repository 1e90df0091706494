#include "core/checkpoint/mapped_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;

TEST(MappedFile, ShowsTheBytesEvenAfterTheFileWasRemoved) {
  const test::TempDir dir;
  test::write_text(dir / "a", "hello");
  const ByteView bytes = map_file(dir / "a");
  std::filesystem::remove(dir / "a");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data), bytes.size), "hello");
}

TEST(MappedFile, DroppedPagesComeBack) {
  const test::TempDir dir;
  const std::string text(100000, 'x');
  test::write_text(dir / "a", text);
  const ByteView bytes = map_file(dir / "a");
  EXPECT_EQ(bytes.data[5], 'x');
  drop_pages(bytes.owner);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data), bytes.size), text);
  const auto other = allocate_aligned(8);
  other.get()[0] = 7;
  drop_pages(other);
  EXPECT_EQ(other.get()[0], 7) << "memory that is no mapping keeps its bytes";
}

TEST(MappedFile, NamesTheFileThatIsMissing) {
  const std::string message = error_of([] { map_file("/no/such/file.pth"); }, ErrorKind::kNotFound);
  EXPECT_THAT(message, HasSubstr("/no/such/file.pth"));
}

TEST(MappedFile, RefusesWhatIsNoFileWithContent) {
  const test::TempDir dir;
  EXPECT_THAT(error_of([&] { map_file(dir.path()); }), HasSubstr("is a directory"));
  test::write_text(dir / "empty", "");
  EXPECT_THAT(error_of([&] { map_file(dir / "empty"); }), HasSubstr("is empty"));
  ASSERT_EQ(::mkfifo((dir / "fifo").c_str(), 0600), 0);
  EXPECT_THAT(error_of([&] { map_file(dir / "fifo"); }), HasSubstr("not a regular file"));
  EXPECT_THAT(error_of([] { map_file("/dev/zero"); }), HasSubstr("not a regular file"));
}

TEST(MappedFile, NamesAFileThatMayNotBeRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const test::TempDir dir;
  test::write_text(dir / "secret", "x");
  std::filesystem::permissions(dir / "secret", std::filesystem::perms::none);
  EXPECT_THAT(error_of([&] { map_file(dir / "secret"); }, ErrorKind::kFailed), HasSubstr("secret"));
}

}  // namespace
}  // namespace blip
