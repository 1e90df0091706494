#include "core/engine/device_worker.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <optional>

#include "tests/core/engine/request_support.h"

namespace blip::test {
namespace {

using Calls = std::vector<FakeBackend::Call>;

// The worker is held at its first call, the queue filled, and what happens then is read off the backend's notes.
class DeviceWorkerTest : public testing::Test {
 protected:
  // Blocks the worker inside a call until release().
  void hold() {
    backend_->before = [this](const FakeBackend::Call& call) {
      if (call.what == "embed clips") gate_.pass();
      if (call.what == "step") steps_ += 'a';
      if (call.what == "encode" && on_encode_) on_encode_();
    };
    blocker_ = caller_of(model_);
    worker_.attach(blocker_);
    worker_.submit(std::make_shared<EmbedClipsRequest>(blocker_, std::vector<Clip>{clip_of(1)}));
    gate_.wait_for_arrival();
  }
  void release() { gate_.open(); }
  Calls calls_after_hold() const {
    auto calls = backend_->calls();
    calls.erase(calls.begin());
    return calls;
  }
  std::shared_ptr<Caller> caller(const SessionOptions& options = {}) {
    auto made = caller_of(model_, options);
    worker_.attach(made);
    return made;
  }
  static int own_nice() { return getpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid))); }

  const std::shared_ptr<FakeBackend> backend_ = std::make_shared<FakeBackend>();
  const ServedModel model_ = serve(backend_);
  const std::shared_ptr<FeatureCache> cache_ = std::make_shared<FeatureCache>(1 << 20);
  Gate gate_;
  std::function<void()> on_encode_;  // set while the worker is held
  std::string steps_;                // whose they were; the worker's until it has stopped
  std::shared_ptr<Caller> blocker_;
  DeviceWorker worker_{cache_};
};

TEST_F(DeviceWorkerTest, RequestsOfAllStreamsRunTogether) {
  hold();
  std::vector<std::shared_ptr<VisionRequest>> requests;
  for (int i = 0; i < 5; ++i) {
    requests.push_back(vision(caller(), {static_cast<float>(i)}));
    worker_.submit(requests.back());
  }
  release();
  for (const auto& request : requests) request->wait();
  EXPECT_EQ(calls_after_hold(), (Calls{{"encode", 5}}));
}

TEST_F(DeviceWorkerTest, StepsAndBatchesTakeTurns) {
  hold();
  const SessionOptions one_by_one{1, {}, false};
  const auto decoding = decode(caller(), {FakeBackend::sequence(2, 4)});
  const auto pictures = vision(caller(one_by_one), {1, 2, 3, 4, 5});
  worker_.submit(decoding);
  worker_.submit(pictures);
  release();
  decoding->wait();
  pictures->wait();
  std::string order;
  for (const auto& call : calls_after_hold()) order += call.what == "step" ? "s" : call.what == "encode" ? "e" : "j";
  // The held batch was a turn's first half: a join and a step follow it.
  EXPECT_EQ(order, "jsesesesee");
}

TEST_F(DeviceWorkerTest, ModelsOnOneDeviceTakeTurns) {
  hold();
  const auto other = std::make_shared<FakeBackend>();
  other->before = [&](const FakeBackend::Call& call) {
    if (call.what == "step") steps_ += 'b';
  };
  const auto second = caller_of(serve(other, "other"));
  worker_.attach(second);
  const auto a = decode(caller(), {FakeBackend::sequence(2, 5)}), b = decode(second, {FakeBackend::sequence(3, 5)});
  worker_.submit(a);
  worker_.submit(b);
  release();
  a->wait();
  b->wait();
  worker_.stop();
  ASSERT_EQ(steps_.size(), 10u);
  for (std::size_t i = 0; i < 10; i += 2) EXPECT_NE(steps_[i], steps_[i + 1]) << steps_;
}

TEST_F(DeviceWorkerTest, NoMoreSequencesThanTheBatchSizeRunAtOnce) {
  hold();
  const SessionOptions two{2, {}, false};
  std::vector<DecodeInput> inputs;
  for (std::int64_t i = 0; i < 5; ++i) inputs.push_back(FakeBackend::sequence(2 + i, 3));
  const auto request = decode(caller(two), inputs);
  worker_.submit(request);
  release();
  request->wait();
  for (const auto& call : calls_after_hold()) {
    if (call.what != "step") continue;
    EXPECT_LE(call.items, 2u);
  }
  for (std::int64_t i = 0; i < 5; ++i)
    EXPECT_EQ(request->best[static_cast<std::size_t>(i)].ids, FakeBackend::expected_ids(2 + i, 3));
}

TEST_F(DeviceWorkerTest, AStreamWithMuchToDoDoesNotStarveAnother) {
  hold();
  const SessionOptions small{4, {}, false};
  const auto busy = caller(small), modest = caller(small);
  std::vector<std::shared_ptr<VisionRequest>> many;
  for (int i = 0; i < 100; ++i) {
    many.push_back(vision(busy, {static_cast<float>(i)}));
    worker_.submit(many.back());
  }
  const auto one = vision(modest, {1000});
  worker_.submit(one);
  int batches = 0;
  bool served_first = false;
  on_encode_ = [&] {
    if (++batches == 2) served_first = one->done();
  };
  release();
  many.back()->wait();
  worker_.stop();
  EXPECT_TRUE(served_first) << "the first batch holds an item of each";
  EXPECT_EQ(batches, 26);
  EXPECT_EQ(value_of(*one->features[0]), 1000);
}

TEST_F(DeviceWorkerTest, WhatIsCancelledInTheQueueIsNeverComputed) {
  hold();
  const auto gone = caller(), stays = caller();
  worker_.submit(vision(gone, {1, 2}));
  worker_.submit(decode(gone, {FakeBackend::sequence(2, 3)}));
  const auto request = vision(stays, {3});
  worker_.submit(request);
  gone->cancel();
  release();
  request->wait();
  EXPECT_EQ(calls_after_hold(), (Calls{{"encode", 1}}));
}

TEST_F(DeviceWorkerTest, ACancelledCallerDoesNotWaitForTheModel) {
  hold();
  const auto request = std::make_shared<EmbedClipsRequest>(blocker_, std::vector<Clip>{clip_of(1)});
  worker_.submit(request);
  blocker_->cancel();
  EXPECT_THROW(request->wait(), Error);  // while the worker is still held
  release();
}

TEST_F(DeviceWorkerTest, ACallerMayGoWhileItsRequestRuns) {
  hold();
  std::weak_ptr<Caller> watch = blocker_;
  worker_.detach(*blocker_);
  blocker_->cancel();
  blocker_.reset();
  EXPECT_FALSE(watch.expired()) << "the request in progress keeps it";
  release();
  worker_.stop();
  EXPECT_TRUE(watch.expired());
}

TEST_F(DeviceWorkerTest, SequencesLeaveTheModelWhenTheirCallerCancels) {
  Gate at_step;
  std::atomic<int> steps{0};
  backend_->before = [&](const FakeBackend::Call& call) {
    if (call.what == "step" && ++steps == 2) at_step.pass();
  };
  const auto gone = caller(), stays = caller();
  const auto lost = decode(gone, {FakeBackend::sequence(2, 1000)});
  const auto kept = decode(stays, {FakeBackend::sequence(3, 8)});
  worker_.submit(lost);
  at_step.wait_for_arrival();
  worker_.submit(kept);
  gone->cancel();
  EXPECT_THROW(lost->wait(), Error);
  at_step.open();
  kept->wait();
  EXPECT_EQ(kept->best[0].ids, FakeBackend::expected_ids(3, 8));
  EXPECT_LE(steps, 2 + 8);
}

TEST_F(DeviceWorkerTest, AModelThatThrowsDoesNotEndTheWorker) {
  backend_->bad_picture = 66;
  const auto who = caller();
  const auto bad = vision(who, {66}), good = vision(who, {1});
  worker_.submit(bad);
  EXPECT_THROW(bad->wait(), Error);
  worker_.submit(good);
  EXPECT_NO_THROW(good->wait());
}

TEST_F(DeviceWorkerTest, APartialBatchGoesWhenEveryCallerWaits) {
  const SessionOptions patient{8, std::chrono::hours(1), false};
  const auto a = caller(patient), b = caller(patient);
  const auto first = vision(a, {1}), second = vision(b, {2});
  const Caller::Call call_a(*a), call_b(*b);
  worker_.submit(first);
  worker_.submit(second);
  first->wait();  // an hour, if it waited for its timeout
  second->wait();
}

TEST_F(DeviceWorkerTest, APartialBatchGoesAfterItsTimeout) {
  const SessionOptions patient{8, std::chrono::milliseconds(1), false};
  const auto a = caller(patient), b = caller(patient);
  const auto request = vision(a, {1});
  worker_.submit(request);
  request->wait();
  EXPECT_EQ(backend_->calls(), (Calls{{"encode", 1}}));
}

TEST_F(DeviceWorkerTest, TheThreadEndsWithTheLastCallerAndStartsWithTheNext) {
  EXPECT_FALSE(worker_.running());
  for (int round = 0; round < 3; ++round) {
    const auto who = caller();
    EXPECT_TRUE(worker_.running());
    const auto request = vision(who, {static_cast<float>(round)});
    worker_.submit(request);
    request->wait();
    worker_.detach(*who);
    while (worker_.running()) std::this_thread::yield();
  }
}

TEST_F(DeviceWorkerTest, LiveCallersLowerThePriorityForAsLongAsTheyAreThere) {
  std::atomic<int> nice{-100};
  backend_->before = [&](const FakeBackend::Call&) { nice = own_nice(); };
  const auto nice_of_call = [&](const std::shared_ptr<Caller>& who) {
    const auto request = std::make_shared<EmbedClipsRequest>(who, std::vector<Clip>{clip_of(1)});
    worker_.submit(request);
    request->wait();
    return nice.load();
  };
  const int normal = own_nice();
  const auto file = caller();
  EXPECT_EQ(nice_of_call(file), normal);
  const auto live = caller({8, {}, true});
  EXPECT_EQ(nice_of_call(file), std::min(normal + kLiveNice, 19));
  worker_.detach(*live);
  EXPECT_EQ(nice_of_call(file), normal);
}

TEST_F(DeviceWorkerTest, SequencesSurviveAChangeOfThread) {
  Gate at_step;
  std::atomic<int> steps{0};
  backend_->before = [&](const FakeBackend::Call& call) {
    if (call.what == "step" && ++steps == 3) at_step.pass();
  };
  const auto request = decode(caller(), {FakeBackend::sequence(2, 9)});
  worker_.submit(request);
  at_step.wait_for_arrival();
  caller({8, {}, true});
  at_step.open();
  request->wait();
  EXPECT_EQ(request->best[0].ids, FakeBackend::expected_ids(2, 9));
  EXPECT_EQ(backend_->count("join"), 1u);
}

TEST_F(DeviceWorkerTest, StoppingFailsWhatWaits) {
  hold();
  const auto who = caller();
  const auto pictures = vision(who, {1});
  const auto text = decode(who, {FakeBackend::sequence(2, 3)});
  worker_.submit(pictures);
  worker_.submit(text);
  std::thread stopping([&] { worker_.stop(); });
  release();
  stopping.join();
  EXPECT_TRUE(pictures->done());
  EXPECT_TRUE(text->done());
  EXPECT_THROW(worker_.submit(vision(who, {2})), Error);
  EXPECT_THROW(worker_.attach(who), Error);
}

}  // namespace
}  // namespace blip::test
