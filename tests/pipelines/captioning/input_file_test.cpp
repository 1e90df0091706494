#include "pipelines/captioning/input_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(InputFile, LetsAFileWithContentPass) {
  const test::TempDir directory;
  std::ofstream(directory / "a.mp4") << "x";
  EXPECT_NO_THROW(check_input_file(directory / "a.mp4"));
}

}  // namespace
}  // namespace blip
