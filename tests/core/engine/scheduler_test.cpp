#include "core/engine/scheduler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "tests/core/engine/request_support.h"

namespace blip::test {
namespace {

class SchedulerTest : public testing::Test {
 protected:
  std::vector<float> encode(Session& session, const std::vector<float>& values) {
    const auto request = vision(session.caller(), values);
    session.run(request);
    std::vector<float> found;
    for (const auto& features : request->features) found.push_back(value_of(*features));
    return found;
  }
  static ErrorKind kind_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::kInvalidData;
  }

  const std::shared_ptr<FakeBackend> backend_ = std::make_shared<FakeBackend>();
  const ServedModel model_ = serve(backend_);
  const std::shared_ptr<FeatureCache> cache_ = std::make_shared<FeatureCache>(10000);
  Scheduler scheduler_{cache_};
};

TEST_F(SchedulerTest, ASessionGetsItsAnswers) {
  const auto session = scheduler_.open(model_, {});
  EXPECT_EQ(encode(*session, {3, 1, 2}), (std::vector<float>{3, 1, 2}));
  EXPECT_EQ(encode(*session, {}), std::vector<float>{});
}

TEST_F(SchedulerTest, AfterCancelEveryCallFailsUntilResume) {
  const auto session = scheduler_.open(model_, {});
  session->cancel();
  EXPECT_EQ(kind_of([&] { encode(*session, {1}); }), ErrorKind::kCancelled);
  EXPECT_EQ(kind_of([&] { encode(*session, {}); }), ErrorKind::kCancelled);
  session->resume();
  EXPECT_EQ(encode(*session, {1}), std::vector<float>{1});
}

TEST_F(SchedulerTest, CancellingEndsACallWhileTheModelComputes) {
  Gate gate;
  backend_->before = [&](const FakeBackend::Call&) { gate.pass(); };
  auto session = scheduler_.open(model_, {});
  std::thread calling([&] { EXPECT_EQ(kind_of([&] { encode(*session, {1}); }), ErrorKind::kCancelled); });
  gate.wait_for_arrival();
  session->cancel();
  calling.join();   // the model has not answered
  session.reset();  // nor is it waited for here
  gate.open();
}

TEST_F(SchedulerTest, ACancelledStreamDoesNotDisturbAnother) {
  Gate gate;
  backend_->before = [&](const FakeBackend::Call&) { gate.pass(); };
  const auto one = scheduler_.open(model_, {}), two = scheduler_.open(model_, {});
  std::thread first([&] { EXPECT_EQ(kind_of([&] { encode(*one, {1}); }), ErrorKind::kCancelled); });
  gate.wait_for_arrival();
  std::vector<float> found;
  std::thread second([&] { found = encode(*two, {2}); });
  one->cancel();
  first.join();
  gate.open();
  second.join();
  EXPECT_EQ(found, std::vector<float>{2});
}

TEST_F(SchedulerTest, DevicesHaveWorkersOfTheirOwn) {
  const auto other = std::make_shared<FakeBackend>();
  other->device = "cuda:0";
  Gate gate;
  backend_->before = [&](const FakeBackend::Call&) { gate.pass(); };
  const auto held = scheduler_.open(model_, {}), free = scheduler_.open(serve(other, "other"), {});
  std::thread waiting([&] { encode(*held, {1}); });
  gate.wait_for_arrival();
  EXPECT_EQ(encode(*free, {2}), std::vector<float>{2});
  gate.open();
  waiting.join();
}

TEST_F(SchedulerTest, ModelsOnOneDeviceShareAThread) {
  const auto other = std::make_shared<FakeBackend>();
  std::atomic<std::thread::id> here{}, there{};
  backend_->before = [&](const FakeBackend::Call&) { here = std::this_thread::get_id(); };
  other->before = [&](const FakeBackend::Call&) { there = std::this_thread::get_id(); };
  const auto one = scheduler_.open(model_, {}), two = scheduler_.open(serve(other, "other"), {});
  encode(*one, {1});
  encode(*two, {1});
  EXPECT_EQ(here.load(), there.load());
}

TEST_F(SchedulerTest, ABatchNeedsRoomForOne) {
  EXPECT_EQ(kind_of([&] { scheduler_.open(model_, {0, {}, false}); }), ErrorKind::kInvalidArgument);
}

TEST_F(SchedulerTest, AfterStopNothingRuns) {
  const auto session = scheduler_.open(model_, {});
  scheduler_.stop();
  EXPECT_EQ(kind_of([&] { encode(*session, {1}); }), ErrorKind::kCancelled);
  EXPECT_EQ(kind_of([&] { scheduler_.open(model_, {}); }), ErrorKind::kCancelled);
}

TEST_F(SchedulerTest, AModelIsFreedWhenItsLastStreamIsGone) {
  auto backend = std::make_shared<FakeBackend>();
  const std::weak_ptr<FakeBackend> watch = backend;
  auto session = scheduler_.open(serve(std::move(backend)), {});
  const auto request = decode(session->caller(), {FakeBackend::sequence(2, 3)});
  session->run(request);
  session.reset();
  EXPECT_FALSE(watch.expired()) << "the request still names it";
}

// Many streams ask for everything, cancel, resume and go, while the model fails now and then: every answer that comes
// is the right one, and every call ends.
TEST_F(SchedulerTest, ManyStreamsAtOnceGetWhatTheyAskedFor) {
  backend_->bad_picture = 13;
  backend_->bad_token = 13;
  backend_->bad_decode = 13;
  backend_->derived_bytes = 500;
  std::atomic<int> answered{0}, refused{0};
  const auto ask_much = [&](unsigned seed) {
    std::mt19937 random(seed);
    const auto pick = [&](int low, int high) { return low + static_cast<int>(random() % (high - low + 1)); };
    auto session = scheduler_.open(model_, {pick(1, 5), std::chrono::microseconds(pick(0, 200)), pick(0, 9) == 0});
    for (int i = 0; i < 150; ++i) {
      if (pick(0, 30) == 0) session = scheduler_.open(model_, {pick(1, 5), {}, false});
      const bool cancel = pick(0, 9) == 0;
      std::thread canceller;
      if (cancel) canceller = std::thread([&] { session->cancel(); });
      const int name = pick(2, 14);
      try {
        switch (pick(0, 2)) {
          case 0:
            EXPECT_EQ(encode(*session, {static_cast<float>(name), 30}),
                      (std::vector<float>{static_cast<float>(name), 30}));
            break;
          case 1: {
            const auto request = texts(session->caller(), {{name}, {name, 5}});
            session->run(request);
            const auto n = static_cast<float>(name);
            EXPECT_EQ(request->rows.values, (std::vector<float>{n, 1, n + 5, 2}));
            break;
          }
          default: {
            const auto features =
                cache_->add({"vision", {static_cast<std::uint64_t>(name), 7}}, std::make_shared<FakeFeatures>(1.f));
            const auto request = decode(session->caller(), {FakeBackend::sequence(name, 3, {{features}}),
                                                            FakeBackend::sequence(2, pick(1, 6))});
            session->run(request);
            EXPECT_EQ(request->best[0].ids, FakeBackend::expected_ids(name, 3));
          }
        }
        EXPECT_NE(name, 13);
        ++answered;
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::kCancelled) {
          EXPECT_TRUE(cancel);
        } else {
          EXPECT_EQ(name, 13) << error.what();
        }
        ++refused;
      }
      if (canceller.joinable()) canceller.join();
      session->resume();
    }
  };
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 6; ++t) threads.emplace_back(ask_much, t);
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered + refused, 6 * 150);
  EXPECT_GT(answered, 300);
  scheduler_.stop();
  EXPECT_EQ(backend_->sequences_inside(), 0);
  EXPECT_LE(cache_->bytes(), 10000u);
}

}  // namespace
}  // namespace blip::test
