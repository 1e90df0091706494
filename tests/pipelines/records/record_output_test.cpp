#include "pipelines/records/record_output.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/pipelines/records/records.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

class RecordOutputTest : public testing::Test {
 protected:
  RecordOutput open(OutputFormat format) { return {file_, make_record_writer(format, false)}; }

  test::TempDir directory_;
  std::filesystem::path file_ = directory_ / "captions";
};

TEST_F(RecordOutputTest, AppearsWhenItIsFinished) {
  RecordOutput output = open(OutputFormat::kText);
  output.write(test::still_record("a cat"));
  output.keep_source();
  EXPECT_FALSE(std::filesystem::exists(file_));
  output.finish();
  EXPECT_EQ(content(file_), "a cat\n");
}

TEST_F(RecordOutputTest, LeavesOutTheRecordsOfASourceThatFailed) {
  RecordOutput output = open(OutputFormat::kText);
  output.write(test::still_record("one"));
  output.keep_source();
  output.write(test::still_record("two"));
  output.discard_source();
  output.write(test::still_record("three"));
  output.keep_source();
  output.finish();
  EXPECT_EQ(content(file_), "one\nthree\n");
}

TEST_F(RecordOutputTest, LeavesAFormerFileAloneWhenEverySourceFailed) {
  std::ofstream(file_) << "former";
  {
    RecordOutput output = open(OutputFormat::kVtt);
    output.write(test::video_record(0, 1000, "a cat"));
    output.discard_source();
    output.finish();
  }
  EXPECT_EQ(content(file_), "former");
  EXPECT_FALSE(std::filesystem::exists(file_.string() + ".part"));
}

TEST_F(RecordOutputTest, HasItsHeaderOnceAlsoWithoutACaption) {
  RecordOutput output = open(OutputFormat::kVtt);
  output.keep_source();
  output.keep_source();
  output.finish();
  EXPECT_EQ(content(file_), "WEBVTT\n\n");
}

TEST_F(RecordOutputTest, SaysSoWhenTheFileCannotBeWritten) {
  EXPECT_THROW(RecordOutput(directory_ / "missing/captions", make_record_writer(OutputFormat::kText, false)),
               OutputFailure);
}

}  // namespace
}  // namespace blip
