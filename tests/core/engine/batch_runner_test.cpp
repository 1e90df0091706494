#include "core/engine/batch_runner.h"

#include <gtest/gtest.h>

#include "tests/core/engine/request_support.h"

namespace blip::test {
namespace {

class BatchRunnerTest : public testing::Test {
 protected:
  static std::vector<Slice> whole(const std::vector<std::shared_ptr<Request>>& requests) {
    std::vector<Slice> batch;
    for (const auto& request : requests) batch.push_back({request, 0, request->items()});
    return batch;
  }
  static std::string error_of(Request& request) {
    try {
      request.wait();
      return {};
    } catch (const Error& error) {
      return error.what();
    }
  }
  static std::vector<float> values(const VisionRequest& request) {
    std::vector<float> all;
    for (const auto& features : request.features) all.push_back(value_of(*features));
    return all;
  }

  const std::shared_ptr<FakeBackend> backend_ = std::make_shared<FakeBackend>();
  const ServedModel model_ = serve(backend_);
  const std::shared_ptr<Caller> a_ = caller_of(model_), b_ = caller_of(model_);
  FeatureCache cache_{100000};
};

TEST_F(BatchRunnerTest, OneCallOfTheModelServesAll) {
  const auto one = vision(a_, {1, 2}), two = vision(b_, {3});
  run_batch(whole({one, two}), cache_);
  EXPECT_EQ(values(*one), (std::vector<float>{1, 2}));
  EXPECT_EQ(values(*two), (std::vector<float>{3}));
  EXPECT_EQ(backend_->calls(), (std::vector<FakeBackend::Call>{{"encode", 3}}));
  EXPECT_TRUE(one->done() && two->done());
  EXPECT_EQ(model_.counters->images_encoded, 3u);
  EXPECT_EQ(model_.counters->vision_batches, 1u);
}

TEST_F(BatchRunnerTest, EqualPicturesAreEncodedOnce) {
  const auto one = vision(a_, {1, 2}), two = vision(b_, {2, 1, 4}), later = vision(a_, {4, 1});
  run_batch(whole({one, two}), cache_);
  run_batch(whole({later}), cache_);
  EXPECT_EQ(values(*two), (std::vector<float>{2, 1, 4}));
  EXPECT_EQ(later->features[1], one->features[0]);
  EXPECT_EQ(backend_->calls(), (std::vector<FakeBackend::Call>{{"encode", 3}}));
  EXPECT_EQ(model_.counters->images_encoded, 3u);
  EXPECT_EQ(model_.counters->features_reused, 4u);
}

TEST_F(BatchRunnerTest, FeaturesThatTheRequestHasAreNotMadeAgain) {
  const auto request = vision(a_, {1, 2});
  request->features[0] = std::make_shared<FakeFeatures>(1.f);
  run_batch(whole({request}), cache_);
  EXPECT_EQ(backend_->calls(), (std::vector<FakeBackend::Call>{{"encode", 1}}));
}

TEST_F(BatchRunnerTest, ModelsOfOtherVisionWeightsShareNothing) {
  const auto other = caller_of(serve(std::make_shared<FakeBackend>(), "other vision"));
  const auto one = vision(a_, {1}), two = vision(other, {1});
  run_batch(whole({one}), cache_);
  run_batch(whole({two}), cache_);
  EXPECT_NE(one->features[0], two->features[0]);
}

TEST_F(BatchRunnerTest, ModelsOfEqualVisionWeightsShareFeatures) {
  const auto twin_backend = std::make_shared<FakeBackend>();
  const auto one = vision(a_, {1}), two = vision(caller_of(serve(twin_backend)), {1});
  run_batch(whole({one}), cache_);
  run_batch(whole({two}), cache_);
  EXPECT_EQ(one->features[0], two->features[0]);
  EXPECT_TRUE(twin_backend->calls().empty());
}

TEST_F(BatchRunnerTest, OnlyTheGuiltyRequestFails) {
  backend_->bad_picture = 66;
  const auto good = vision(a_, {1, 2}), bad = vision(b_, {3, 66}), other = vision(a_, {4});
  run_batch(whole({good, bad, other}), cache_);
  EXPECT_EQ(error_of(*good), "");
  EXPECT_EQ(error_of(*bad), "bad picture");
  EXPECT_EQ(error_of(*other), "");
  EXPECT_EQ(values(*other), (std::vector<float>{4}));
}

TEST_F(BatchRunnerTest, TextsOfDifferentLengthShareABatch) {
  const auto one = texts(a_, {{1, 2, 3}, {4}}), two = texts(b_, {{5, 6}});
  run_batch(whole({one, two}), cache_);
  EXPECT_EQ(one->rows.values, (std::vector<float>{6, 3, 4, 1}));
  EXPECT_EQ(two->rows.values, (std::vector<float>{11, 2}));
  EXPECT_EQ(model_.counters->texts_encoded, 3u);
}

TEST_F(BatchRunnerTest, SlicesFillTheirPartOfTheRequest) {
  const auto request = texts(a_, {{1}, {2}, {3}});
  run_batch({{request, 1, 2}}, cache_);
  EXPECT_FALSE(request->done());
  run_batch({{request, 0, 1}}, cache_);
  EXPECT_TRUE(request->done());
  EXPECT_EQ(request->rows.values, (std::vector<float>{1, 1, 2, 1, 3, 1}));
}

TEST_F(BatchRunnerTest, PairsOfSeveralClipsAreMatchedTogether) {
  const auto one = std::make_shared<MatchRequest>(a_, clip_of(7), std::vector<std::vector<std::int64_t>>{{1, 2}, {5}});
  const auto two = std::make_shared<MatchRequest>(b_, clip_of(8), std::vector<std::vector<std::int64_t>>{{9}});
  run_batch(whole({one, two}), cache_);
  EXPECT_EQ(one->logits.values, (std::vector<float>{7, 3, 7, 5}));
  EXPECT_EQ(two->logits.values, (std::vector<float>{8, 9}));
  EXPECT_EQ(backend_->calls(), (std::vector<FakeBackend::Call>{{"match", 3}}));
}

TEST_F(BatchRunnerTest, WhatMatchingDerivesCountsAgainstTheBudget) {
  backend_->derived_bytes = 4000;
  const auto pictures = vision(a_, {1});
  run_batch(whole({pictures}), cache_);
  const auto before = cache_.bytes();
  run_batch(whole({std::make_shared<MatchRequest>(a_, Clip{pictures->features},
                                                  std::vector<std::vector<std::int64_t>>{{1}})}),
            cache_);
  EXPECT_EQ(cache_.bytes(), before + 4000);
}

TEST_F(BatchRunnerTest, ClipsAreEmbedded) {
  const Clip window{{std::make_shared<FakeFeatures>(2.f), std::make_shared<FakeFeatures>(3.f)}};
  const auto request = std::make_shared<EmbedClipsRequest>(a_, std::vector<Clip>{clip_of(9), window});
  run_batch(whole({request}), cache_);
  EXPECT_EQ(request->rows.values, (std::vector<float>{9, 1, 5, 2}));
}

// BLIP-2 has an embedding a query: a clip's rows stay together, in slices, too.
TEST_F(BatchRunnerTest, AClipMayHaveSeveralEmbeddings) {
  backend_->rows_a_clip = 2;
  const auto one = std::make_shared<EmbedClipsRequest>(a_, std::vector<Clip>{clip_of(1), clip_of(2), clip_of(3)}),
             two = std::make_shared<EmbedClipsRequest>(b_, std::vector<Clip>{clip_of(9)});
  run_batch({{one, 0, 2}, {two, 0, 1}}, cache_);
  run_batch({{one, 2, 1}}, cache_);
  EXPECT_EQ(one->rows.values, (std::vector<float>{1, 1, 101, 1, 2, 1, 102, 1, 3, 1, 103, 1}));
  EXPECT_EQ(two->rows.values, (std::vector<float>{9, 1, 109, 1}));
  EXPECT_TRUE(one->done() && two->done());
}

TEST_F(BatchRunnerTest, AnswersAreRanked) {
  const auto request = std::make_shared<RankRequest>(a_, FakeBackend::sequence(5, 10),
                                                     std::vector<std::vector<std::int64_t>>{{0, 7, 1}, {0, 5, 1}}, 1);
  run_batch(whole({request}), cache_);
  ASSERT_EQ(request->ranked.size(), 1u);
  EXPECT_EQ(request->ranked[0].index, 1u);
}

// A model that breaks its promise is an error, not a crash.
TEST_F(BatchRunnerTest, AModelThatGivesTooLittleIsAnError) {
  class Forgetful final : public FakeBackend {
    Matrix project_images(std::span<const Clip>) override { return {}; }
    std::vector<std::shared_ptr<const ImageFeatures>> encode_images(PixelBatch) override { return {}; }
  };
  const auto caller = caller_of(serve(std::make_shared<Forgetful>()));
  const auto clips = std::make_shared<EmbedClipsRequest>(caller, std::vector<Clip>{clip_of(1)});
  const auto pictures = vision(caller, {1});
  run_batch(whole({clips}), cache_);
  run_batch(whole({pictures}), cache_);
  EXPECT_NE(error_of(*clips), "");
  EXPECT_NE(error_of(*pictures), "");
}

}  // namespace
}  // namespace blip::test
