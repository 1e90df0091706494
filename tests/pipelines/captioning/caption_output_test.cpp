#include "pipelines/captioning/caption_output.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/pipelines/captioning/records.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

class CaptionOutputTest : public testing::Test {
 protected:
  CaptionOutput open(OutputFormat format) { return {file_, make_caption_writer(format, {})}; }

  test::TempDir directory_;
  std::filesystem::path file_ = directory_ / "captions";
};

TEST_F(CaptionOutputTest, AppearsWhenItIsFinished) {
  CaptionOutput output = open(OutputFormat::kText);
  output.write(test::still_record("a cat"));
  output.keep_source();
  EXPECT_FALSE(std::filesystem::exists(file_));
  output.finish();
  EXPECT_EQ(content(file_), "a cat\n");
}

TEST_F(CaptionOutputTest, LeavesOutTheRecordsOfASourceThatFailed) {
  CaptionOutput output = open(OutputFormat::kText);
  output.write(test::still_record("one"));
  output.keep_source();
  output.write(test::still_record("two"));
  output.discard_source();
  output.write(test::still_record("three"));
  output.keep_source();
  output.finish();
  EXPECT_EQ(content(file_), "one\nthree\n");
}

TEST_F(CaptionOutputTest, LeavesAFormerFileAloneWhenEverySourceFailed) {
  std::ofstream(file_) << "former";
  {
    CaptionOutput output = open(OutputFormat::kVtt);
    output.write(test::video_record(0, 1000, "a cat"));
    output.discard_source();
    output.finish();
  }
  EXPECT_EQ(content(file_), "former");
  EXPECT_FALSE(std::filesystem::exists(file_.string() + ".part"));
}

TEST_F(CaptionOutputTest, HasItsHeaderOnceAlsoWithoutACaption) {
  CaptionOutput output = open(OutputFormat::kVtt);
  output.keep_source();
  output.keep_source();
  output.finish();
  EXPECT_EQ(content(file_), "WEBVTT\n\n");
}

TEST_F(CaptionOutputTest, SaysSoWhenTheFileCannotBeWritten) {
  EXPECT_THROW(CaptionOutput(directory_ / "missing/captions", make_caption_writer(OutputFormat::kText, {})),
               OutputFailure);
}

}  // namespace
}  // namespace blip
