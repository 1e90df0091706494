#include "pipelines/watching/clip_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::HasSubstr;

std::string problem(const ClipSettings& settings) {
  try {
    settings.prepare();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(ClipSettings, WithoutAFolderNothingIsWanted) {
  ClipSettings settings;
  EXPECT_FALSE(settings.wanted());
  settings.longest = -1;
  EXPECT_EQ(problem(settings), "");
}

TEST(ClipSettings, MakeTheFolderAndLeaveNothingInIt) {
  const test::TempDir directory;
  ClipSettings settings;
  settings.directory = directory / "a/b";
  EXPECT_EQ(problem(settings), "");
  EXPECT_TRUE(std::filesystem::is_directory(settings.directory));
  EXPECT_TRUE(std::filesystem::is_empty(settings.directory));
}

TEST(ClipSettings, NameAFolderThatCannotBeUsed) {
  const test::TempDir directory;
  std::ofstream(directory / "file") << "x";
  ClipSettings settings;
  settings.directory = directory / "file";
  EXPECT_THAT(problem(settings), HasSubstr("file"));
  settings.directory = "/proc/nothing";
  EXPECT_THAT(problem(settings), HasSubstr("/proc/nothing"));
  settings.directory = "/proc/self";
  EXPECT_THAT(problem(settings), HasSubstr("cannot write into '/proc/self'"));
}

TEST(ClipSettings, HaveLimits) {
  const test::TempDir directory;
  ClipSettings settings;
  settings.directory = directory / ".";
  settings.longest = 601'000'000'000;
  EXPECT_THAT(problem(settings), HasSubstr("1 s to 10 min"));
  settings.longest = 60'000'000'000;
  settings.fps = 0;
  EXPECT_THAT(problem(settings), HasSubstr("1 to 60 pictures"));
}

}  // namespace
}  // namespace blip
