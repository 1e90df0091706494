#include "core/generate/greedy_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "tests/core/generate/beam_cases.h"
#include "tests/core/generate/scripted_model.h"

namespace blip {
namespace {

using test::Ids;
using testing::ElementsAre;

constexpr std::int64_t kSep = 1, kDec = 2, kA = 3, kB = 4;

GenerationOptions greedy(std::int64_t max_length = 10) {
  GenerationOptions options;
  options.num_beams = 1;
  options.min_length = 0;
  options.max_length = max_length;
  return options;
}

TEST(GreedySearch, TakesTheMostProbableTokenUntilSep) {
  const auto model = test::scripted_model(
      1, {{{}, {0, 0.1, 0, 0.6, 0.3}}, {{kA}, {0, 0.3, 0, 0.2, 0.5}}, {{kA, kB}, {0, 0.8, 0, 0.1, 0.1}}});
  const auto results = test::run_search({kDec}, greedy(), model);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_THAT(results[0].ids, ElementsAre(kDec, kA, kB, kSep));
  ASSERT_EQ(results[0].token_logprobs.size(), 3u);
  EXPECT_NEAR(results[0].token_logprobs[0], std::log(0.6), 1e-6);
  EXPECT_NEAR(results[0].token_logprobs[1], std::log(0.5), 1e-6);
  EXPECT_NEAR(results[0].token_logprobs[2], std::log(0.8), 1e-6);
  EXPECT_NEAR(results[0].score, std::log(0.6 * 0.5 * 0.8), 1e-6);
}

TEST(GreedySearch, StopsAtMaxLengthWithoutSep) {
  const test::LanguageModel model = [](const Ids&) { return std::vector<float>{0, 0, 0, 5, 0}; };
  EXPECT_THAT(test::run_search({kDec}, greedy(4), model)[0].ids, ElementsAre(kDec, kA, kA, kA));
}

TEST(GreedySearch, MinLengthBarsSepAndTheRestIsRenormalised) {
  const test::LanguageModel model = [](const Ids&) { return test::logits_of({0, 0.5, 0, 0.3, 0.2}); };
  auto options = greedy();
  options.min_length = 3;
  const auto result = test::run_search({kDec, kB}, options, model)[0];
  EXPECT_THAT(result.ids, ElementsAre(kDec, kB, kA, kSep));
  EXPECT_NEAR(result.token_logprobs[0], std::log(0.3 / 0.5), 1e-6);
  EXPECT_NEAR(result.token_logprobs[1], std::log(0.5), 1e-6);
}

TEST(GreedySearch, ThePenaltyActsOnRawLogits) {
  // A: 3 / 2 = 1.5 falls behind B with 2, once the prompt holds A.
  const test::LanguageModel model = [](const Ids&) { return std::vector<float>{-9, -9, -9, 3, 2}; };
  auto options = greedy(3);
  options.repetition_penalty = 2;
  EXPECT_THAT(test::run_search({kDec, kA}, options, model)[0].ids, ElementsAre(kDec, kA, kB));
}

TEST(GreedySearch, EqualLogitsTakeTheLowerToken) {
  const test::LanguageModel model = [](const Ids&) { return std::vector<float>{0, 0, 0, 7, 7}; };
  EXPECT_THAT(test::run_search({kDec}, greedy(2), model)[0].ids, ElementsAre(kDec, kA));
}

TEST(GreedySearch, RefusesNotANumber) {
  const test::LanguageModel model = [](const Ids&) {
    return std::vector<float>{0, std::numeric_limits<float>::quiet_NaN(), 0};
  };
  EXPECT_THROW(test::run_search({kDec}, greedy(), model), Error);
}

TEST(GreedySearch, GivesWhatTransformersGives) {
  test::expect_reference_results("transformers", BeamScoring::kTransformers,
                                 [](const GenerationOptions& options) { return options.num_beams == 1; });
}

}  // namespace
}  // namespace blip
