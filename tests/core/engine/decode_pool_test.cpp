#include "core/engine/decode_pool.h"

#include <gtest/gtest.h>

#include "tests/core/engine/request_support.h"

namespace blip::test {
namespace {

class DecodePoolTest : public testing::Test {
 protected:
  static void join(DecodePool& pool, const std::shared_ptr<DecodeRequest>& request) {
    for (std::size_t i = 0; i < request->items(); ++i) pool.join({request, i, 1});
  }
  static void run(DecodePool& pool) {
    while (!pool.idle()) pool.step();
  }
  std::shared_ptr<DecodeRequest> ask(const std::vector<std::pair<std::int64_t, std::int64_t>>& names_and_tokens) {
    std::vector<DecodeInput> inputs;
    for (const auto& [name, tokens] : names_and_tokens) inputs.push_back(FakeBackend::sequence(name, tokens));
    return decode(caller_of(model_), std::move(inputs));
  }
  static std::string error_of(Request& request) {
    try {
      request.wait();
      return {};
    } catch (const Error& error) {
      return error.what();
    }
  }

  const std::shared_ptr<FakeBackend> backend_ = std::make_shared<FakeBackend>();
  const ServedModel model_ = serve(backend_);
  FeatureCache cache_{100000};
  DecodePool pool_{model_, cache_};
};

TEST_F(DecodePoolTest, SequencesOfAllCallersAdvanceTogetherAndTheFinishedLeave) {
  const auto one = ask({{2, 3}, {7, 5}}), two = ask({{4, 2}});
  join(pool_, one);
  join(pool_, two);
  run(pool_);
  EXPECT_EQ(one->best[0].ids, FakeBackend::expected_ids(2, 3));
  EXPECT_EQ(one->best[1].ids, FakeBackend::expected_ids(7, 5));
  EXPECT_EQ(two->best[0].ids, FakeBackend::expected_ids(4, 2));
  std::vector<std::size_t> rows;
  for (const auto& call : backend_->calls()) {
    if (call.what == "step") rows.push_back(call.items);
  }
  EXPECT_EQ(rows, (std::vector<std::size_t>{3, 3, 2, 1, 1}));
  EXPECT_EQ(model_.counters->decode_steps, 5u);
  EXPECT_EQ(model_.counters->sequences, 3u);
  EXPECT_EQ(backend_->sequences_inside(), 0);
}

TEST_F(DecodePoolTest, SequencesJoinAndLeaveInMidFlight) {
  const auto slow = ask({{2, 10}}), quick = ask({{5, 2}});
  join(pool_, slow);
  for (int i = 0; i < 4; ++i) pool_.step();
  join(pool_, quick);
  pool_.step();
  pool_.step();
  EXPECT_TRUE(quick->done());
  EXPECT_FALSE(slow->done());
  EXPECT_EQ(backend_->sequences_inside(), 1);
  run(pool_);
  EXPECT_EQ(slow->best[0].ids, FakeBackend::expected_ids(2, 10));
  EXPECT_EQ(backend_->count("step"), 10u);
}

TEST_F(DecodePoolTest, ACancelledRequestLeavesBeforeTheNextStep) {
  const auto caller = caller_of(model_);
  const auto gone = decode(caller, {FakeBackend::sequence(2, 9), FakeBackend::sequence(3, 9)});
  const auto stays = ask({{5, 4}});
  join(pool_, gone);
  join(pool_, stays);
  pool_.step();
  caller->cancel();
  pool_.drop_stale();
  EXPECT_EQ(backend_->sequences_inside(), 1);
  run(pool_);
  EXPECT_EQ(stays->best[0].ids, FakeBackend::expected_ids(5, 4));
  EXPECT_FALSE(gone->done());
}

TEST_F(DecodePoolTest, OnlyTheSequenceThatBreaksStepsFails) {
  backend_->bad_decode = 6;
  const auto good = ask({{2, 3}}), bad = ask({{4, 2}, {6, 5}}), other = ask({{8, 4}});
  for (const auto& request : {good, bad, other}) join(pool_, request);
  run(pool_);
  EXPECT_EQ(error_of(*good), "");
  EXPECT_EQ(good->best[0].ids, FakeBackend::expected_ids(2, 3));
  EXPECT_EQ(error_of(*bad), "bad sequence");
  EXPECT_EQ(error_of(*other), "");
  EXPECT_EQ(other->best[0].ids, FakeBackend::expected_ids(8, 4));
  EXPECT_EQ(backend_->sequences_inside(), 0);
}

TEST_F(DecodePoolTest, WhileTheGuiltyIsLookedForNobodyJoins) {
  backend_->bad_decode = 6;
  const auto good = ask({{2, 3}}), bad = ask({{6, 5}});
  join(pool_, good);
  join(pool_, bad);
  EXPECT_TRUE(pool_.has_room(8, 0));
  pool_.step();
  EXPECT_FALSE(pool_.has_room(8, 0));
  run(pool_);
  EXPECT_TRUE(pool_.has_room(8, 0));
  EXPECT_FALSE(pool_.has_room(8, 8));
}

TEST_F(DecodePoolTest, LogitsThatAreNoNumbersConcernTheirSequenceAlone) {
  backend_->nan_decode = 6;
  const auto good = ask({{2, 3}}), bad = ask({{6, 5}});
  join(pool_, good);
  join(pool_, bad);
  run(pool_);
  EXPECT_EQ(error_of(*good), "");
  EXPECT_NE(error_of(*bad).find("NaN"), std::string::npos);
  EXPECT_EQ(backend_->count("step"), 3u) << "nothing had to start again";
}

TEST_F(DecodePoolTest, ARefusedJoinConcernsItsRequestAlone) {
  const auto good = ask({{2, 3}});
  const auto bad = std::make_shared<DecodeRequest>(
      caller_of(model_), std::vector<DecodeInput>{FakeBackend::sequence(3, 3), DecodeInput{}}, greedy());
  join(pool_, good);
  join(pool_, bad);
  EXPECT_NE(error_of(*bad), "");
  EXPECT_EQ(backend_->sequences_inside(), 1) << "its other sequence has left";
  run(pool_);
  EXPECT_EQ(error_of(*good), "");
}

TEST_F(DecodePoolTest, AbandonedRequestsFail) {
  const auto request = ask({{2, 3}, {3, 3}});
  join(pool_, request);
  pool_.step();
  pool_.abandon({ErrorKind::kCancelled, "closed"});
  EXPECT_EQ(error_of(*request), "closed");
  EXPECT_TRUE(pool_.idle());
  EXPECT_EQ(backend_->sequences_inside(), 0);
}

TEST_F(DecodePoolTest, WhatJoiningDerivesCountsAgainstTheBudget) {
  backend_->derived_bytes = 3000;
  const auto features = cache_.add({"m", {1, 1}}, std::make_shared<FakeFeatures>(1.f));
  const auto before = cache_.bytes();
  join(pool_, decode(caller_of(model_), {FakeBackend::sequence(2, 3, {{features}})}));
  EXPECT_EQ(cache_.bytes(), before + 3000);
}

}  // namespace
}  // namespace blip::test
