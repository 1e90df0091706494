#include "core/engine/fair_queue.h"

#include <gtest/gtest.h>

#include "tests/core/engine/request_support.h"

namespace blip::test {
namespace {

using std::chrono::milliseconds;

class FairQueueTest : public testing::Test {
 protected:
  std::shared_ptr<Caller> caller(int batch_size, milliseconds timeout = milliseconds(0)) {
    return caller_of(model_, {batch_size, timeout, false});
  }
  std::vector<Slice> take(bool more_may_come = false) {
    return queue_.take_batch(now_, [=](const Backend*) { return more_may_come; });
  }
  static std::vector<float> pictures(const std::vector<Slice>& batch) {
    std::vector<float> values;
    for (const Slice& slice : batch) {
      for (std::size_t i = slice.first; i < slice.first + slice.count; ++i)
        values.push_back(static_cast<const VisionRequest&>(*slice.request).pixels[3 * i]);
    }
    return values;
  }

  const std::shared_ptr<FakeBackend> backend_ = std::make_shared<FakeBackend>();
  const ServedModel model_ = serve(backend_);
  FairQueue queue_;
  FairQueue::Clock::time_point now_{std::chrono::seconds(1000)};
};

TEST_F(FairQueueTest, RequestsOfAllCallersRunTogether) {
  const auto a = caller(8), b = caller(8);
  queue_.push(vision(a, {1, 2}), now_);
  queue_.push(vision(b, {3}), now_);
  EXPECT_EQ(pictures(take()), (std::vector<float>{1, 2, 3}));
  EXPECT_TRUE(queue_.empty());
  EXPECT_TRUE(take().empty());
}

TEST_F(FairQueueTest, ABatchHoldsNoMoreThanItsSize) {
  const auto a = caller(3);
  queue_.push(vision(a, {1, 2, 3, 4, 5, 6, 7}), now_);
  EXPECT_EQ(pictures(take()), (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(pictures(take()), (std::vector<float>{4, 5, 6}));
  EXPECT_EQ(pictures(take()), (std::vector<float>{7}));
}

// A caller with 100 requests, and one that comes later with one: it is in the very next batch.
TEST_F(FairQueueTest, AFullLaneDoesNotStarveAnother) {
  const auto busy = caller(4), modest = caller(4);
  for (int i = 0; i < 100; ++i) queue_.push(vision(busy, {static_cast<float>(i)}), now_);
  EXPECT_EQ(pictures(take()), (std::vector<float>{0, 1, 2, 3}));
  queue_.push(vision(modest, {1000}), now_);
  EXPECT_EQ(pictures(take()), (std::vector<float>{4, 1000, 5, 6})) << "one of each lane, then what is left";
}

TEST_F(FairQueueTest, LanesThatCannotShareABatchTakeTurns) {
  const auto a = caller(1), b = caller(1), c = caller(1);
  queue_.push(vision(a, {1, 2, 3}), now_);
  queue_.push(texts(b, {{5}, {6}}), now_);
  queue_.push(vision(c, {9}), now_);
  std::vector<std::pair<RequestKind, const Caller*>> order;
  for (auto batch = take(); !batch.empty(); batch = take())
    order.emplace_back(batch[0].request->kind(), &batch[0].request->caller());
  const auto v = RequestKind::kVision, t = RequestKind::kEmbedTexts;
  EXPECT_EQ(order, (std::vector<std::pair<RequestKind, const Caller*>>{
                       {v, a.get()}, {t, b.get()}, {v, c.get()}, {v, a.get()}, {t, b.get()}, {v, a.get()}}));
}

TEST_F(FairQueueTest, OtherKindsAndModelsStayApart) {
  const auto other = std::make_shared<FakeBackend>();
  const auto a = caller(8), b = caller(8), c = caller_of(serve(other), {});
  queue_.push(vision(a, {1}), now_);
  queue_.push(texts(b, {{5}}), now_);
  queue_.push(vision(c, {2}), now_);
  EXPECT_EQ(pictures(take()), (std::vector<float>{1}));
  EXPECT_EQ(take()[0].request->kind(), RequestKind::kEmbedTexts);
  EXPECT_EQ(pictures(take()), (std::vector<float>{2}));
}

TEST_F(FairQueueTest, APartialBatchWaitsForItsTimeoutAsLongAsMoreMayCome) {
  const auto a = caller(2, milliseconds(10));
  queue_.push(vision(a, {1}), now_);
  EXPECT_EQ(queue_.ready_at(), now_ + milliseconds(10));
  now_ += milliseconds(9);
  EXPECT_TRUE(take(/*more_may_come=*/true).empty());
  now_ += milliseconds(1);
  EXPECT_EQ(pictures(take(/*more_may_come=*/true)), (std::vector<float>{1}));
  EXPECT_EQ(queue_.ready_at(), std::nullopt);
}

TEST_F(FairQueueTest, NobodyWaitsForAFullBatchOrForNobody) {
  const auto a = caller(2, milliseconds(10)), b = caller(2, milliseconds(10));
  queue_.push(vision(a, {1}), now_);
  EXPECT_EQ(pictures(take(/*more_may_come=*/false)), (std::vector<float>{1}));
  queue_.push(vision(a, {1}), now_);
  queue_.push(vision(b, {2}), now_);
  EXPECT_EQ(pictures(take(/*more_may_come=*/true)).size(), 2u);
}

TEST_F(FairQueueTest, ABatchThatWaitsDoesNotHoldUpAnotherKind) {
  const auto patient = caller(8, milliseconds(10)), hasty = caller(8);
  queue_.push(vision(patient, {1}), now_);
  queue_.push(texts(hasty, {{5}}), now_);
  EXPECT_EQ(take(/*more_may_come=*/true)[0].request->kind(), RequestKind::kEmbedTexts);
  EXPECT_TRUE(take(/*more_may_come=*/true).empty());
}

TEST_F(FairQueueTest, RankingsRunAlone) {
  const auto a = caller(8), b = caller(8);
  for (const auto& who : {a, b})
    queue_.push(std::make_shared<RankRequest>(who, DecodeInput{}, std::vector<std::vector<std::int64_t>>{}, 1), now_);
  EXPECT_EQ(take(/*more_may_come=*/true).size(), 1u);
  EXPECT_EQ(take(/*more_may_come=*/true).size(), 1u);
}

TEST_F(FairQueueTest, WhatACallerNoLongerWantsIsThrownAway) {
  const auto a = caller(8), b = caller(8);
  queue_.push(vision(a, {1}), now_);
  queue_.push(vision(b, {2}), now_);
  a->cancel();
  queue_.push(vision(a, {3}), now_);  // asked after the cancellation
  EXPECT_EQ(pictures(take()), (std::vector<float>{3, 2}));
  EXPECT_TRUE(queue_.empty());
}

TEST_F(FairQueueTest, ARequestThatFailedIsNotServedFurther) {
  const auto a = caller(1);
  const auto request = vision(a, {1, 2, 3});
  queue_.push(request, now_);
  take();
  request->fail({ErrorKind::kFailed, "broken"});
  EXPECT_TRUE(take().empty());
  EXPECT_TRUE(queue_.empty());
}

TEST_F(FairQueueTest, OnesAreTakenInTurnFromThoseThatFit) {
  const auto a = caller(8), b = caller(8);
  queue_.push(vision(a, {1, 2}), now_);
  queue_.push(vision(b, {3, 4}), now_);
  const auto anybody = [](const Request&) { return true; };
  std::vector<float> order;
  for (Slice one = queue_.take_one(anybody); one.request != nullptr; one = queue_.take_one(anybody))
    order.push_back(pictures({one}).at(0));
  EXPECT_EQ(order, (std::vector<float>{1, 3, 2, 4}));
  queue_.push(vision(a, {1}), now_);
  queue_.push(vision(b, {3}), now_);
  const auto only_b = [&](const Request& request) { return &request.caller() == b.get(); };
  EXPECT_EQ(pictures({queue_.take_one(only_b)}), (std::vector<float>{3}));
  EXPECT_EQ(queue_.take_one(only_b).request, nullptr);
  EXPECT_EQ(queue_.take_all().size(), 1u);
}

}  // namespace
}  // namespace blip::test
