#include "plugins/support/analysis_worker.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace blip {
namespace {

// A gate that analyses wait at, and a list of what was delivered.
class AnalysisWorkerTest : public ::testing::Test {
 protected:
  AnalysisWorkerTest() {
    hooks_.open = [this] { return open_result_; };
    hooks_.analyse = [this](const FrameJob& job) -> Outcome<Finding> {
      std::unique_lock lock(mutex_);
      begun_ = job.id;
      changed_.notify_all();
      changed_.wait(lock, [&] { return !held_; });
      return Finding{std::to_string(job.id), {}};
    };
    hooks_.deliver = [this](const FrameJob& job, const Outcome<Finding>&) {
      const std::lock_guard lock(mutex_);
      delivered_.push_back(job.id);
      return job.id != fatal_;
    };
  }

  void hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  void wait_begun(std::uint64_t id) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds(10), [&] { return begun_ == id; }));
  }
  std::vector<std::uint64_t> delivered() {
    const std::lock_guard lock(mutex_);
    return delivered_;
  }
  static FrameJob job(std::uint64_t id) {
    FrameJob job;
    job.id = id;
    return job;
  }

  AnalysisWorker::Hooks hooks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false, open_result_ = true;
  std::uint64_t begun_ = 0, fatal_ = 0;
  std::vector<std::uint64_t> delivered_;
};

using Ids = std::vector<std::uint64_t>;
using Submitted = AnalysisWorker::Submitted;

TEST_F(AnalysisWorkerTest, DeliversInOrderAndDrains) {
  AnalysisWorker worker(hooks_);
  worker.start();
  for (std::uint64_t id = 1; id <= 20; ++id) EXPECT_EQ(worker.submit(job(id), false).state, Submitted::kQueued);
  EXPECT_TRUE(worker.drain());
  Ids all;
  for (std::uint64_t id = 1; id <= 20; ++id) all.push_back(id);
  EXPECT_EQ(delivered(), all);
}

TEST_F(AnalysisWorkerTest, OfALiveStreamTheNewestTakesThePlaceOfTheOneThatWaits) {
  AnalysisWorker worker(hooks_);
  worker.start();
  hold(true);
  worker.submit(job(1), true);
  wait_begun(1);
  EXPECT_FALSE(worker.submit(job(2), true).replaced);
  EXPECT_EQ(worker.submit(job(3), true).replaced->id, 2u);
  EXPECT_EQ(worker.submit(job(4), true).replaced->id, 3u);
  hold(false);
  worker.drain();
  EXPECT_EQ(delivered(), (Ids{1, 4}));
}

TEST_F(AnalysisWorkerTest, AFilesThreadWaitsForRoomAndOnlyThen) {
  AnalysisWorker worker(hooks_);
  worker.start();
  hold(true);
  worker.submit(job(1), false);
  wait_begun(1);
  for (std::uint64_t id = 2; id <= 5; ++id) worker.submit(job(id), false);  // four wait
  auto sixth = std::async(std::launch::async, [&] { return worker.submit(job(6), false).state; });
  EXPECT_EQ(worker.waiting(), 5u);
  hold(false);
  EXPECT_EQ(sixth.get(), Submitted::kQueued);
  worker.drain();
  EXPECT_EQ(delivered().size(), 6u);
}

TEST_F(AnalysisWorkerTest, AFlushWakesWhoWaitsAndSuppressesWhatIsInFlight) {
  AnalysisWorker worker(hooks_);
  worker.start();
  hold(true);
  worker.submit(job(1), false);
  wait_begun(1);
  for (std::uint64_t id = 2; id <= 5; ++id) worker.submit(job(id), false);
  auto sixth = std::async(std::launch::async, [&] { return worker.submit(job(6), false).state; });
  auto drained = std::async(std::launch::async, [&] { return worker.drain(); });
  worker.set_flushing(true);
  EXPECT_EQ(sixth.get(), Submitted::kFlushing);
  EXPECT_FALSE(drained.get());
  EXPECT_EQ(worker.submit(job(7), false).state, Submitted::kFlushing);
  worker.set_flushing(false);
  worker.submit(job(8), false);
  hold(false);
  EXPECT_TRUE(worker.drain());
  EXPECT_EQ(delivered(), Ids{8});
}

TEST_F(AnalysisWorkerTest, AFatalResultEndsTheWorkAndWakesEverybody) {
  AnalysisWorker worker(hooks_);
  fatal_ = 2;
  worker.start();
  hold(true);
  for (std::uint64_t id = 1; id <= 4; ++id) worker.submit(job(id), false);
  hold(false);
  EXPECT_FALSE(worker.drain());
  EXPECT_TRUE(worker.failed());
  EXPECT_EQ(worker.submit(job(5), false).state, Submitted::kFailed);
  EXPECT_EQ(delivered(), (Ids{1, 2}));
}

TEST_F(AnalysisWorkerTest, AModelThatDoesNotOpenFailsWhoSubmits) {
  open_result_ = false;
  AnalysisWorker worker(hooks_);
  worker.start();
  while (!worker.failed()) std::this_thread::yield();
  EXPECT_EQ(worker.submit(job(1), false).state, Submitted::kFailed);
  EXPECT_FALSE(worker.drain());
}

TEST_F(AnalysisWorkerTest, StartsAgainAfterAStopOrAFailure) {
  AnalysisWorker worker(hooks_);
  fatal_ = 1;
  worker.start();
  worker.submit(job(1), false);
  EXPECT_FALSE(worker.drain());
  worker.start();
  worker.submit(job(2), false);
  EXPECT_TRUE(worker.drain());
  worker.stop();
  EXPECT_EQ(delivered(), (Ids{1, 2}));
}

TEST_F(AnalysisWorkerTest, StopWaitsForTheCallInFlightAndDropsTheRest) {
  AnalysisWorker worker(hooks_);
  worker.start();
  hold(true);
  worker.submit(job(1), false);
  worker.submit(job(2), false);
  wait_begun(1);
  auto stopped = std::async(std::launch::async, [&] { worker.stop(); });
  while (worker.waiting() > 1) std::this_thread::yield();
  hold(false);
  stopped.get();
  EXPECT_TRUE(delivered().empty());
  EXPECT_EQ(begun_, 1u);
}

}  // namespace
}  // namespace blip
