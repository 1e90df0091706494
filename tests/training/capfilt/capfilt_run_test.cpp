#include "training/capfilt/capfilt_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/temp_dir.h"
#include "tests/training/capfilt/counting_shards.h"
#include "training/capfilt/merge_runs.h"

namespace blip {
namespace {

using test::error_of;
using test::files_of;
using test::run_into;
using testing::HasSubstr;

struct Input {
  test::TempDir dir;
  WorkInputs inputs;
  Input() {
    test::write_web_shards(dir / "in", 30, 6);
    test::write_numbered_shards(dir / "human", 4, 4);
    inputs.found = {dir / "in"};
    inputs.human = {dir / "human"};
  }
};

TEST(CapFiltRun, ARunThatWasStoppedGoesOnToTheSameResult) {
  const Input input;
  const CapFiltCounts counts = run_into(input.dir / "whole", input.inputs);
  EXPECT_EQ(counts.pictures.in, 34);
  EXPECT_EQ(counts.of(TextSource::kHuman).kept, 4);
  for (const int stop_at : {1, 4, 7}) {
    const auto output = input.dir / ("stopped" + std::to_string(stop_at));
    int asked = 0;
    CapFiltRunOptions options;
    options.stop = [&] { return ++asked == stop_at; };
    EXPECT_THAT(error_of([&] { run_into(output, input.inputs, options); }), HasSubstr("stopped"));
    std::vector<std::int64_t> finished;
    CapFiltRunOptions again;
    again.progress = [&](const CapFiltProgress& progress) { finished.push_back(progress.units_done); };
    run_into(output, input.inputs, again);
    EXPECT_EQ(finished.front(), (stop_at - 1) / 2) << "two batches a shard: finished ones are not done again";
    EXPECT_EQ(finished.back(), 6);
    EXPECT_EQ(files_of(output), files_of(input.dir / "whole"));
  }
}

// Every process gets as far as it gets; the last one comes through.
TEST(CapFiltRun, ProcessesThatAreKilledLeaveWhatTheNextGoesOnWith) {
  const Input input;
  run_into(input.dir / "whole", input.inputs);
  const auto output = input.dir / "killed";
  for (int process = 0; process < 4; ++process) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      int asked = 0;
      CapFiltRunOptions options;
      options.stop = [&] {
        if (++asked == 2 + process) ::kill(::getpid(), SIGKILL);
        return false;
      };
      run_into(output, input.inputs, options);
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
  }
  run_into(output, input.inputs);
  EXPECT_EQ(files_of(output), files_of(input.dir / "whole"));
}

TEST(CapFiltRun, SharesPutTogetherAreTheWhole) {
  const Input input;
  const CapFiltCounts whole = run_into(input.dir / "whole", input.inputs);
  std::vector<std::filesystem::path> parts;
  for (std::int64_t i = 0; i < 3; ++i) {
    CapFiltRunOptions options;
    options.share = {i, 3};
    parts.push_back(input.dir / ("part" + std::to_string(2 - i)));
    run_into(parts.back(), input.inputs, options);
  }
  const CapFiltCounts merged = merge_runs(parts, input.dir / "merged");
  EXPECT_EQ(to_json(merged), to_json(whole));
  EXPECT_EQ(files_of(input.dir / "merged"), files_of(input.dir / "whole"));
}

TEST(CapFiltRun, RetriesOnlyUnitsInWhichSomethingFailed) {
  const Input input;
  const auto shard = input.dir / "in/000001.tar";
  const std::string good = test::read_file(shard);
  std::string bad = good;
  bad.replace(bad.find("p1008.png") + 512, 8, "notapng!");
  std::ofstream(shard) << bad;
  EXPECT_EQ(run_into(input.dir / "out", input.inputs).pictures.failed_count(), 1);
  std::ofstream(shard) << good;
  int units = 0;
  CapFiltRunOptions options;
  options.progress = [&](const CapFiltProgress& progress) {
    units += progress.pictures == 0 && !progress.unit.empty() ? 1 : 0;
  };
  EXPECT_EQ(run_into(input.dir / "out", input.inputs, options).pictures.failed_count(), 1) << "not asked for";
  EXPECT_EQ(units, 0);
  options.retry_failed = true;
  EXPECT_EQ(run_into(input.dir / "out", input.inputs, options).pictures.failed_count(), 0);
  EXPECT_EQ(units, 1);
  run_into(input.dir / "whole", input.inputs);
  EXPECT_EQ(files_of(input.dir / "out"), files_of(input.dir / "whole"));
}

}  // namespace
}  // namespace blip
