#include "pipelines/media_input/input_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(InputFile, SaysWhatIsWrong) {
  const test::TempDir directory;
  EXPECT_THAT([&] { check_input_file(directory / "missing.mp4"); }, ThrowsMessage<Error>(HasSubstr("no such file")));
  EXPECT_THAT([&] { check_input_file(directory.path()); }, ThrowsMessage<Error>(HasSubstr("directory")));
  std::ofstream(directory / "empty.mp4");
  EXPECT_THAT([&] { check_input_file(directory / "empty.mp4"); }, ThrowsMessage<Error>(HasSubstr("empty")));
}

TEST(InputFile, DoesNotWaitForAPipe) {
  const test::TempDir directory;
  ASSERT_EQ(mkfifo((directory / "pipe.mp4").c_str(), 0600), 0);
  EXPECT_THAT([&] { check_input_file(directory / "pipe.mp4"); },
              ThrowsMessage<Error>(HasSubstr("neither a file nor a directory")));
}

TEST(InputFile, LetsAFileWithContentPass) {
  const test::TempDir directory;
  std::ofstream(directory / "a.mp4") << "x";
  EXPECT_NO_THROW(check_input_file(directory / "a.mp4"));
}

}  // namespace
}  // namespace blip
