#include "core/base/file_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using ::testing::HasSubstr;

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class FileOutputTest : public ::testing::Test {
 protected:
  test::TempDir dir_;
  std::filesystem::path path_ = dir_ / "out.srt", part_ = dir_ / "out.srt.part";
};

TEST_F(FileOutputTest, TheNameAppearsWhenFinished) {
  FileOutput output(path_);
  output.write("one ");
  output.write(std::string_view("t\0wo", 4));
  output.flush();
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_EQ(contents(part_), std::string("one t\0wo", 8));
  output.finish();
  EXPECT_EQ(contents(path_), std::string("one t\0wo", 8));
  EXPECT_FALSE(std::filesystem::exists(part_));
}

TEST_F(FileOutputTest, UnfinishedOutputLeavesTheFormerFile) {
  std::ofstream(path_) << "former";
  {
    FileOutput output(path_);
    output.write("half");
  }
  EXPECT_EQ(contents(path_), "former");
  EXPECT_FALSE(std::filesystem::exists(part_));
}

TEST_F(FileOutputTest, FinishReplacesTheFormerFile) {
  std::ofstream(path_) << "former and longer";
  FileOutput output(path_);
  output.write("new");
  output.finish();
  EXPECT_EQ(contents(path_), "new");
}

TEST_F(FileOutputTest, AnEmptyFileIsAFileToo) {
  FileOutput(path_).finish();
  EXPECT_TRUE(std::filesystem::exists(path_));
  EXPECT_EQ(contents(path_), "");
}

TEST_F(FileOutputTest, UnwritablePlacesAreNamed) {
  const auto missing = dir_ / "missing" / "out.srt";
  for (const auto& path : {missing, dir_.path()}) {
    try {
      FileOutput output(path);
      FAIL() << "no error for " << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kFailed);
      EXPECT_THAT(error.what(), HasSubstr(path.string()));
    }
  }
}

TEST_F(FileOutputTest, AFullDiskIsAnError) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  std::filesystem::create_symlink("/dev/full", part_);
  FileOutput output(path_);
  EXPECT_THROW(
      {
        output.write("bytes");
        output.flush();
      },
      Error);
}

TEST_F(FileOutputTest, FinishingFailsWhereTheNameWasTaken) {
  FileOutput output(path_);
  output.write("bytes");
  std::filesystem::create_directory(path_);
  std::ofstream(path_ / "inside") << "x";
  EXPECT_THROW(output.finish(), Error);
  EXPECT_FALSE(std::filesystem::exists(part_));
}

}  // namespace
}  // namespace blip
