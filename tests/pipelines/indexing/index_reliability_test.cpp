// What an index holds after its writer was killed, its disk was full, its folder could not be written: the whole
// program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include "core/index/index_writer.h"
#include "core/media/video_writer.h"
#include "core/vision/rgb_image.h"
#include "tests/pipelines/indexing/index_rows.h"
#include "tests/pipelines/support/clips.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/pipelines/support/scripted_engine.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kKilled = 128 + SIGKILL;

class IndexReliability : public testing::Test {
 protected:
  IndexReliability() { fs::create_directories(videos_); }

  std::vector<std::string> command(const std::string& index) const {
    return {test::gst_blip_program(), "index", "add", videos_, "--index", directory_ / index};
  }
  void put(const std::string& name, const std::vector<std::string>& colors) const {
    test::ClipSpec spec;
    spec.colors = colors;
    std::string kept = "index";
    for (const std::string& color : colors) kept += "-" + color;
    fs::copy_file(test::kept_clip(kept + ".mp4", spec), videos_ / name);
  }
  void put_four() const {
    put("a.mp4", {"red", "blue", "green"});
    put("b.mp4", {"green"});
    put("c.mp4", {"red", "blue"});
    put("d.mp4", {"red", "blue", "green", "yellow"});
  }
  std::vector<test::IndexedSegment> rows(const std::string& index) const {
    return test::indexed_segments(directory_ / index, videos_);
  }
  std::vector<std::string> problems(const std::string& index) const {
    return IndexReader(directory_ / index).verify(true).problems;
  }
  // Like ulimit -f, for those that are started.
  static void limit_files(rlim_t bytes) {
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, bytes == RLIM_INFINITY ? SIG_DFL : SIG_IGN);
  }

  test::TempDir directory_;
  const fs::path videos_ = fs::canonical(directory_.path()) / "videos";
};

TEST_F(IndexReliability, KilledAgainAndAgainItEndsAsIfNothingHadHappened) {
  put_four();
  ASSERT_EQ(test::run_program(command("whole.db"), test::with_scripted_engine()).exit_code, 0);
  std::size_t stored = 0;
  for (int kill_at : {1, 4, 3}) {
    const auto killed = test::run_program(command("index.db"), test::with_scripted_engine({{"kill_at", kill_at}}));
    ASSERT_EQ(killed.exit_code, kKilled) << killed.err;
    ASSERT_THAT(problems("index.db"), IsEmpty());
    EXPECT_GE(rows("index.db").size(), stored) << "nothing that was stored is lost";
    stored = rows("index.db").size();
  }
  EXPECT_LT(stored, 10u);
  EXPECT_EQ(test::run_program(command("index.db"), test::with_scripted_engine()).exit_code, 0);
  EXPECT_EQ(rows("index.db"), rows("whole.db"));
  EXPECT_THAT(problems("index.db"), IsEmpty());
}

TEST_F(IndexReliability, AFullDiskIsOneLineAndNothingThatWasStoredIsLost) {
  put_four();
  ASSERT_EQ(test::run_program(command("whole.db"), test::with_scripted_engine()).exit_code, 0);
  ASSERT_EQ(test::run_program(command("index.db"), test::with_scripted_engine({{"kill_at", 5}})).exit_code, kKilled);
  const auto before = rows("index.db");
  limit_files(fs::file_size(directory_ / "index.db"));
  const auto full = test::run_program(command("index.db"), test::with_scripted_engine());
  limit_files(RLIM_INFINITY);
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err_lines(), testing::ElementsAre(HasSubstr("index.db")));
  EXPECT_THAT(problems("index.db"), IsEmpty());
  EXPECT_GE(rows("index.db").size(), before.size());
  EXPECT_EQ(test::run_program(command("index.db"), test::with_scripted_engine()).exit_code, 0);
  EXPECT_EQ(rows("index.db"), rows("whole.db"));
}

TEST_F(IndexReliability, AnIndexThatMayNotBeWrittenIsOneLine) {
  if (geteuid() == 0) GTEST_SKIP() << "root writes everything";
  put("a.mp4", {"red"});
  ASSERT_EQ(test::run_program(command("index.db"), test::with_scripted_engine()).exit_code, 0);
  put("b.mp4", {"green"});
  fs::permissions(directory_ / "index.db", fs::perms::owner_read);
  const auto result = test::run_program(command("index.db"), test::with_scripted_engine());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err_lines(), testing::ElementsAre(HasSubstr("index.db")));
}

TEST_F(IndexReliability, ADamagedIndexIsOneLine) {
  put("a.mp4", {"red"});
  std::ofstream(directory_ / "index.db")
      << "This is no database, but it is long enough to be taken for one by its size." << std::string(4096, 'x');
  const auto result = test::run_program(command("index.db"), test::with_scripted_engine());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err_lines(), testing::ElementsAre(HasSubstr("index.db")));
}

// With the models that come with gst-blip, and SIGKILL whenever it happens to come.
class IndexReliabilitySlow : public IndexReliability {
 protected:
  // Three shots of half a second: a bright rectangle that moves over a dark picture.
  void make_video(int number) {
    constexpr int kWidth = 96, kHeight = 64, kFrames = 5;
    VideoWriter writer(videos_ / ("video" + std::to_string(number) + ".mp4"), {kWidth, kHeight, 10, 25});
    for (int shot = 0; shot < 3; ++shot) {
      std::array<std::uint8_t, 3> ground{}, color{};
      for (auto& level : ground) level = static_cast<std::uint8_t>(random_() % 90);
      for (auto& level : color) level = static_cast<std::uint8_t>(120 + random_() % 130);
      const int left = static_cast<int>(random_() % 40), top = static_cast<int>(random_() % 24);
      for (int frame = 0; frame < kFrames; ++frame) {
        RgbImage image(kWidth, kHeight);
        for (int y = 0; y < kHeight; ++y)
          for (int x = 0; x < kWidth; ++x) {
            const bool inside = x >= left + frame && x < left + frame + 40 && y >= top && y < top + 30;
            std::copy_n((inside ? color : ground).begin(), 3, image.row(y) + 3 * x);
          }
        writer.write(image.view());
      }
    }
    writer.finish();
  }

  std::mt19937 random_{7};
};

TEST_F(IndexReliabilitySlow, TwoHundredVideosAndAKillAboutEverySecond) {
  constexpr int kVideos = 200;
  for (int i = 0; i < kVideos; ++i) make_video(i);
  const auto whole = test::run_program(command("whole.db"));
  ASSERT_EQ(whole.exit_code, 0) << whole.err;

  int kills = 0;
  for (;; ++kills) {
    ASSERT_LT(kills, 1000) << "it does not get on";
    // Longer from kill to kill, so that it ends on a slow machine, too.
    const double seconds = (0.5 + static_cast<double>(random_() % 1000) / 1000) * (1 + kills / 50.0);
    std::vector<std::string> killed{"timeout", "-s", "KILL", std::to_string(seconds)};
    for (const std::string& part : command("index.db")) killed.push_back(part);
    const int exit_code = test::run_program(killed).exit_code;
    if (exit_code == 0) break;
    ASSERT_EQ(exit_code, kKilled);
  }
  RecordProperty("kills", kills);
  EXPECT_GT(kills, 3) << "too fast a machine for this test";
  const auto rows_of_whole = rows("whole.db");
  EXPECT_EQ(rows_of_whole.size(), 3u * kVideos);
  EXPECT_EQ(rows("index.db"), rows_of_whole) << "every number, bit for bit";
  EXPECT_THAT(problems("index.db"), IsEmpty());
  const IndexStatus status = IndexReader(directory_ / "index.db").status();
  EXPECT_EQ(status.done, kVideos);
  EXPECT_EQ(status.videos, kVideos);
  EXPECT_EQ(status.segments, 3 * kVideos);
}

}  // namespace
}  // namespace blip
