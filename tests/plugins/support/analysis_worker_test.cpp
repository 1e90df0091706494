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
    hooks_.analyse = [this](std::span<FrameJob> jobs) {
      std::unique_lock lock(mutex_);
      batches_.push_back(jobs.size());
      begun_ = jobs.back().id;
      changed_.notify_all();
      changed_.wait(lock, [&] { return !held_ || cancelled_; });
      return std::vector<Outcome<Finding>>(jobs.size(), Finding{"text", {}});
    };
    hooks_.skipped = [this](const FrameJob& job) {
      const std::lock_guard lock(mutex_);
      skipped_.push_back(job.id);
    };
    hooks_.cancel = [this](bool cancelled) {
      const std::lock_guard lock(mutex_);
      cancelled_ = cancelled;
      changed_.notify_all();
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
  std::vector<std::uint64_t> skipped() {
    const std::lock_guard lock(mutex_);
    return skipped_;
  }
  static FrameJob job(std::uint64_t id, FeaturesHandle features = {}) {
    FrameJob job;
    job.id = id;
    job.frames.emplace_back().features = std::move(features);
    return job;
  }

  AnalysisWorker::Hooks hooks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false, open_result_ = true, cancelled_ = false;
  std::uint64_t begun_ = 0, fatal_ = 0;
  std::vector<std::uint64_t> delivered_, skipped_;
  std::vector<std::size_t> batches_;
};

constexpr WorkerLimits kFile{1, 4, MakeRoom::kWait}, kLive{1, 1, MakeRoom::kDropOldest};

FeaturesHandle settled() {
  auto features = FeaturesHandle::make();
  features.complete("weights", 1, 1, std::make_shared<const FrameFeatures>());
  return features;
}

using Ids = std::vector<std::uint64_t>;
using Submitted = AnalysisWorker::Submitted;

TEST_F(AnalysisWorkerTest, DeliversInOrderAndDrains) {
  AnalysisWorker worker(hooks_);
  worker.start();
  for (std::uint64_t id = 1; id <= 20; ++id) EXPECT_EQ(worker.submit(job(id), kFile), Submitted::kQueued);
  EXPECT_TRUE(worker.drain());
  Ids all;
  for (std::uint64_t id = 1; id <= 20; ++id) all.push_back(id);
  EXPECT_EQ(delivered(), all);
}

TEST_F(AnalysisWorkerTest, OfALiveStreamTheNewestTakesThePlaceOfTheOneThatWaits) {
  AnalysisWorker worker(hooks_);
  worker.start();
  hold(true);
  worker.submit(job(1), kLive);
  wait_begun(1);
  worker.submit(job(2), kLive);
  EXPECT_EQ(skipped(), Ids{});
  worker.submit(job(3), kLive);
  EXPECT_EQ(skipped(), Ids{2});
  worker.submit(job(4), kLive);
  EXPECT_EQ(skipped(), (Ids{2, 3}));
  hold(false);
  worker.drain();
  EXPECT_EQ(delivered(), (Ids{1, 4}));
}

TEST_F(AnalysisWorkerTest, AFilesThreadWaitsForRoomAndOnlyThen) {
  AnalysisWorker worker(hooks_);
  worker.start();
  hold(true);
  worker.submit(job(1), kFile);
  wait_begun(1);
  for (std::uint64_t id = 2; id <= 5; ++id) worker.submit(job(id), kFile);  // four wait
  auto sixth = std::async(std::launch::async, [&] { return worker.submit(job(6), kFile); });
  EXPECT_EQ(worker.waiting(), 5u);
  hold(false);
  EXPECT_EQ(sixth.get(), Submitted::kQueued);
  worker.drain();
  EXPECT_EQ(delivered().size(), 6u);
}

TEST_F(AnalysisWorkerTest, AFlushWakesWhoWaitsAndSuppressesWhatIsInFlight) {
  hooks_.cancel = [](bool) {};
  AnalysisWorker worker(hooks_);
  worker.start();
  hold(true);
  worker.submit(job(1), kFile);
  wait_begun(1);
  for (std::uint64_t id = 2; id <= 5; ++id) worker.submit(job(id), kFile);
  auto sixth = std::async(std::launch::async, [&] { return worker.submit(job(6), kFile); });
  auto drained = std::async(std::launch::async, [&] { return worker.drain(); });
  worker.set_flushing(true);
  EXPECT_EQ(sixth.get(), Submitted::kFlushing);
  EXPECT_FALSE(drained.get());
  EXPECT_EQ(worker.submit(job(7), kFile), Submitted::kFlushing);
  worker.set_flushing(false);
  worker.submit(job(8), kFile);
  hold(false);
  EXPECT_TRUE(worker.drain());
  EXPECT_EQ(delivered(), Ids{8});
}

TEST_F(AnalysisWorkerTest, AFatalResultEndsTheWorkAndWakesEverybody) {
  AnalysisWorker worker(hooks_);
  fatal_ = 2;
  worker.start();
  hold(true);
  for (std::uint64_t id = 1; id <= 4; ++id) worker.submit(job(id), kFile);
  hold(false);
  EXPECT_FALSE(worker.drain());
  EXPECT_TRUE(worker.failed());
  EXPECT_EQ(worker.submit(job(5), kFile), Submitted::kFailed);
  EXPECT_EQ(delivered(), (Ids{1, 2}));
}

TEST_F(AnalysisWorkerTest, AModelThatDoesNotOpenFailsWhoSubmits) {
  open_result_ = false;
  AnalysisWorker worker(hooks_);
  worker.start();
  while (!worker.failed()) std::this_thread::yield();
  EXPECT_EQ(worker.submit(job(1), kFile), Submitted::kFailed);
  EXPECT_FALSE(worker.drain());
}

TEST_F(AnalysisWorkerTest, StartsAgainAfterAStopOrAFailure) {
  AnalysisWorker worker(hooks_);
  fatal_ = 1;
  worker.start();
  worker.submit(job(1), kFile);
  EXPECT_FALSE(worker.drain());
  worker.start();
  worker.submit(job(2), kFile);
  EXPECT_TRUE(worker.drain());
  worker.stop();
  EXPECT_EQ(delivered(), (Ids{1, 2}));
}

TEST_F(AnalysisWorkerTest, MayDropTheNewestInstead) {
  AnalysisWorker worker(hooks_);
  worker.start();
  hold(true);
  const WorkerLimits limits{1, 1, MakeRoom::kDropNew};
  worker.submit(job(1), limits);
  wait_begun(1);
  for (std::uint64_t id = 2; id <= 4; ++id) EXPECT_EQ(worker.submit(job(id), limits), Submitted::kQueued);
  EXPECT_EQ(skipped(), (Ids{3, 4}));
  hold(false);
  worker.drain();
  EXPECT_EQ(delivered(), (Ids{1, 2}));
}

TEST_F(AnalysisWorkerTest, RunsWhatWaitsTogetherIfSettingsAndStreamPartAreTheSame) {
  AnalysisWorker worker(hooks_);
  const WorkerLimits limits{4, 10, MakeRoom::kWait};
  const auto settings = std::make_shared<const int>(1), others = std::make_shared<const int>(1);
  worker.start();
  hold(true);
  worker.submit(job(1), limits);
  wait_begun(1);
  for (std::uint64_t id = 2; id <= 9; ++id) {
    FrameJob next = job(id);
    next.settings = id < 5 ? settings : others;
    next.stream_part = id < 9 ? 0 : 1;
    worker.submit(std::move(next), limits);
  }
  hold(false);
  EXPECT_TRUE(worker.drain());
  EXPECT_EQ(delivered(), (Ids{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(batches_, (std::vector<std::size_t>{1, 3, 4, 1}));
}

TEST_F(AnalysisWorkerTest, AJobWaitsForItsFeatures) {
  AnalysisWorker worker(hooks_);
  worker.start();
  const auto features = FeaturesHandle::make();
  worker.submit(job(1, features), kFile);
  worker.submit(job(2, settled()), kFile);
  EXPECT_EQ(worker.waiting(), 2u);
  EXPECT_EQ(delivered(), Ids{});
  features.complete("weights", 1, 1, std::make_shared<const FrameFeatures>());
  EXPECT_TRUE(worker.drain());
  EXPECT_EQ(delivered(), (Ids{1, 2}));
}

TEST_F(AnalysisWorkerTest, AJobWhoseFeaturesWereDroppedIsSkipped) {
  AnalysisWorker worker(hooks_);
  worker.start();
  const auto features = FeaturesHandle::make();
  worker.submit(job(1, features), kFile);
  features.drop();
  EXPECT_TRUE(worker.drain());
  EXPECT_EQ(delivered(), Ids{});
  EXPECT_EQ(skipped(), Ids{1});
}

// A live encoder makes the first, skips the second for the third: the first must not have to make room.
TEST_F(AnalysisWorkerTest, FeaturesStillBeingMadeAreNotPushedOutByDroppedOnes) {
  AnalysisWorker worker(hooks_);
  worker.start();
  const auto first = FeaturesHandle::make(), second = FeaturesHandle::make(), third = FeaturesHandle::make();
  for (std::uint64_t id = 1; id <= 3; ++id) worker.submit(job(id, id == 1 ? first : id == 2 ? second : third), kLive);
  hold(true);
  second.drop();
  first.complete("weights", 1, 1, std::make_shared<const FrameFeatures>());
  wait_begun(1);
  hold(false);
  third.drop();
  EXPECT_TRUE(worker.drain());
  EXPECT_EQ(delivered(), Ids{1});
}

TEST_F(AnalysisWorkerTest, OfReadyJobsOnALiveStreamTheNewestIsTaken) {
  AnalysisWorker worker(hooks_);
  worker.start();
  hold(true);
  worker.submit(job(1, settled()), kLive);
  wait_begun(1);
  const auto second = FeaturesHandle::make(), third = FeaturesHandle::make();
  worker.submit(job(2, second), kLive);
  worker.submit(job(3, third), kLive);
  second.complete("weights", 1, 1, std::make_shared<const FrameFeatures>());
  third.complete("weights", 1, 1, std::make_shared<const FrameFeatures>());
  hold(false);
  EXPECT_TRUE(worker.drain());
  EXPECT_EQ(delivered(), (Ids{1, 3}));
  EXPECT_EQ(skipped(), Ids{2});
}

TEST_F(AnalysisWorkerTest, ALiveStreamsEndWaitsForOneAnalysisOnly) {
  AnalysisWorker worker(hooks_);
  worker.start();
  hold(true);
  worker.submit(job(1), kLive);
  wait_begun(1);
  worker.submit(job(2), kLive);
  auto drained = std::async(std::launch::async, [&] { return worker.drain(/*in_flight_only=*/true); });
  while (skipped().empty()) std::this_thread::yield();
  hold(false);
  EXPECT_TRUE(drained.get());
  EXPECT_EQ(delivered(), Ids{1});
  EXPECT_EQ(skipped(), Ids{2});
}

TEST_F(AnalysisWorkerTest, StopCancelsTheCallInFlight) {
  AnalysisWorker worker(hooks_);
  worker.start();
  hold(true);
  worker.submit(job(1), kFile);
  wait_begun(1);
  worker.stop();  // would wait for ever if it did not cancel
  EXPECT_TRUE(delivered().empty());
}

TEST_F(AnalysisWorkerTest, StopWaitsForTheCallInFlightAndDropsTheRest) {
  hooks_.cancel = [](bool) {};  // a call that goes on all the same
  AnalysisWorker worker(hooks_);
  worker.start();
  hold(true);
  worker.submit(job(1), kFile);
  worker.submit(job(2), kFile);
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
