// Sources of both kinds in one run of the whole program.
#include "pipelines/elements/record_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipelines/support/clips.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/pipelines/support/scripted_engine.h"
#include "tests/support/png_writer.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

TEST(RecordRun, LoadsTheModelOnceForVideosAndPictures) {
  const test::TempDir directory;
  test::write_png(directory / "a.png", 1, 1, std::vector<std::uint8_t>{0, 0, 255});
  const std::string log = directory / "log.jsonl", clip = test::kept_clip("talk.mp4", {});
  const auto result = test::run_caption({clip, directory / "a.png", clip}, test::with_scripted_engine({{"log", log}}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out_lines().size(), 5u);
  EXPECT_EQ(test::lines_with(log, "load").size(), 1u);
}

TEST(RecordRun, LoadsNoModelForAFileThatIsNotThere) {
  const test::TempDir directory;
  const std::string log = directory / "log.jsonl";
  EXPECT_EQ(test::run_caption({directory / "missing.mp4"}, test::with_scripted_engine({{"log", log}})).exit_code, 1);
  EXPECT_FALSE(std::filesystem::exists(log));
}

}  // namespace
}  // namespace blip
