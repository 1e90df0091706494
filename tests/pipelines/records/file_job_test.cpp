#include "pipelines/records/file_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "pipelines/records/model_failure.h"
#include "tests/support/png_writer.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

class FileJobTest : public testing::Test {
 protected:
  std::string file(const std::string& name) {
    std::ofstream(directory_ / name) << "content";
    return directory_ / name;
  }
  std::string output() const {
    std::ostringstream out;
    out << std::ifstream(directory_ / "out.txt").rdbuf();
    return out.str();
  }
  JobFiles files(std::vector<std::string> names) const {
    JobFiles job;
    job.files = std::move(names);
    job.output = directory_ / "out.txt";
    return job;
  }
  // Writes the file's name without its folder, from 0 to 1 s.
  static void tell_name(SourceRun& source) {
    TimedRecord record;
    record.end = 1'000'000'000;
    record.text = std::filesystem::path(source.file).filename();
    source.write(record);
  }

  test::TempDir directory_;
  Console console_{"test"};
};

TEST_F(FileJobTest, KeepsWhatWorkedAndGoesOnAfterABadFile) {
  const JobFiles job = files({file("a"), directory_ / "missing", file("b"), file("c")});
  const int code = FileJob(job, console_).run([](SourceRun& source) {
    tell_name(source);
    if (source.file.ends_with("b")) throw Error(ErrorKind::kInvalidData, "no video");
  });
  EXPECT_EQ(code, 1);
  EXPECT_EQ(output(), job.files[0] + ": 00:00:00.000 --> 00:00:01.000  a\n" + job.files[3] +
                          ": 00:00:00.000 --> 00:00:01.000  c\n");
}

TEST_F(FileJobTest, StopsWhenTheModelFailsAndLeavesNoOutput) {
  int read = 0;
  const JobFiles job = files({file("a"), file("b")});
  EXPECT_THROW(FileJob(job, console_).run([&](SourceRun& source) {
    ++read;
    tell_name(source);
    throw ModelFailure(ErrorKind::kFailed, "no model");
  }),
               ModelFailure);
  EXPECT_EQ(read, 1);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "out.txt"));
}

TEST_F(FileJobTest, KeepsWhatWasFoundWhenInterrupted) {
  const JobFiles job = files({file("a"), file("b")});
  const int code = FileJob(job, console_).run([](SourceRun& source) {
    tell_name(source);
    std::raise(SIGINT);
    EXPECT_TRUE(source.interrupt.requested());
  });
  EXPECT_EQ(code, 130);
  EXPECT_EQ(output(), job.files[0] + ": 00:00:00.000 --> 00:00:01.000  a\n");
}

TEST_F(FileJobTest, GivesAStillPictureNoTimes) {
  test::write_png(directory_ / "a.png", 1, 1, std::vector<std::uint8_t>{0, 0, 0});
  EXPECT_EQ(FileJob(files({directory_ / "a.png"}), console_).run(tell_name), 0);
  EXPECT_EQ(output(), "a.png\n");
  JobFiles subtitles = files({directory_ / "a.png"});
  subtitles.format = OutputFormat::kSrt;
  EXPECT_EQ(FileJob(subtitles, console_).run(tell_name), 1);
}

TEST_F(FileJobTest, SaysWhenTheOutputsFolderCannotBeMade) {
  JobFiles job = files({file("a")});
  job.output = file("plain") + "/sub/";
  EXPECT_THROW(FileJob(job, console_).run(tell_name), OutputFailure);
}

}  // namespace
}  // namespace blip
