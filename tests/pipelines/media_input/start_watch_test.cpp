#include "pipelines/media_input/start_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/error.h"
#include "tests/pipelines/support/clips.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const StartWatch::Clock::time_point kBegin{};

std::string error_of(StartWatch& watch, std::int64_t position, std::chrono::seconds after) {
  try {
    watch.look(position, kBegin + after);
  } catch (const Error& e) {
    return e.what();
  }
  return {};
}

TEST(StartWatch, ACutOffFileThatGivesNoFrameIsHeldAgainstFFmpeg) {
  const test::TempDir folder;
  const std::string file = folder / "cut.mp4";
  test::make_clip(file);  // ffmpeg writes the index last
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  StartWatch watch(file, kBegin);
  EXPECT_EQ(error_of(watch, 0, 1s), "") << "it may just be slow";
  EXPECT_THAT(error_of(watch, 0, 3s), AllOf(HasSubstr("damaged or cut short"), Not(HasSubstr(file))));
}

TEST(StartWatch, ASoundFileHasAMinute) {
  StartWatch watch(test::kept_clip("talk.mp4", {}), kBegin);
  EXPECT_EQ(error_of(watch, 0, 3s), "");
  EXPECT_EQ(error_of(watch, 0, 59s), "");
  EXPECT_THAT(error_of(watch, 0, 61s), HasSubstr("no frame could be decoded"));
}

TEST(StartWatch, AfterTheFirstFrameNothingIsWatched) {
  StartWatch watch("/missing.mp4", kBegin);
  EXPECT_EQ(error_of(watch, 1, 1000s), "");
  EXPECT_THAT(error_of(watch, 0, 1000s), Not(HasSubstr("/missing.mp4")));
}

}  // namespace
}  // namespace blip
