#include "core/generate/nucleus_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "core/base/error.h"
#include "tests/core/generate/scripted_model.h"

namespace blip {
namespace {

using test::Ids;

GenerationOptions sampling(std::uint64_t seed, std::int64_t max_length = 12) {
  GenerationOptions options;
  options.sample = true;
  options.seed = seed;
  options.min_length = 0;
  options.max_length = max_length;
  return options;
}

// How often each of the tokens comes first over `runs` seeds.
std::vector<double> frequencies(const std::vector<double>& probabilities, GenerationOptions options, int runs) {
  const test::LanguageModel model = [&](const Ids&) { return test::logits_of(probabilities); };
  std::vector<double> counts(probabilities.size());
  options.max_length = 2;
  for (int seed = 0; seed < runs; ++seed) {
    options.seed = static_cast<std::uint64_t>(seed);
    counts[static_cast<std::size_t>(test::run_search({2}, options, model).at(0).ids.at(1))] += 1.0 / runs;
  }
  return counts;
}

// A count over n draws has standard deviation sqrt(p (1 - p) / n); five of them miss once in 1.7 million.
void expect_frequencies(const std::vector<double>& got, const std::vector<double>& want, int runs) {
  for (std::size_t token = 0; token < want.size(); ++token)
    EXPECT_NEAR(got[token], want[token], 5 * std::sqrt(want[token] * (1 - want[token]) / runs)) << "token " << token;
}

TEST(NucleusSearch, DrawsEachTokenAsOftenAsItIsProbable) {
  const std::vector<double> probabilities{0.05, 0.3, 0.02, 0.43, 0.2};
  auto options = sampling(0);
  options.top_p = 1;
  options.top_k = 0;
  constexpr int kRuns = 20000;
  expect_frequencies(frequencies(probabilities, options, kRuns), probabilities, kRuns);
}

TEST(NucleusSearch, DrawsFromTheRenormalisedNucleusOnly) {
  auto options = sampling(0);
  options.top_p = 0.7;  // 0.43 + 0.3 exceeds it
  options.top_k = 0;
  constexpr int kRuns = 20000;
  expect_frequencies(frequencies({0.05, 0.3, 0.02, 0.43, 0.2}, options, kRuns), {0, 0.3 / 0.73, 0, 0.43 / 0.73, 0},
                     kRuns);
}

TEST(NucleusSearch, TheTemperatureSharpens) {
  auto options = sampling(0);
  options.top_p = 1;
  options.temperature = 0.5;  // squares the probabilities
  constexpr int kRuns = 20000;
  expect_frequencies(frequencies({0.2, 0, 0, 0.8}, options, kRuns), {0.04 / 0.68, 0, 0, 0.64 / 0.68}, kRuns);
}

TEST(NucleusSearch, TheSameSeedGivesTheSameAndOthersGiveOthers) {
  std::set<Ids> texts;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto model = test::hashed_model(100, 5, 1, 0);
    const auto first = test::run_search({2}, sampling(seed), model).at(0);
    EXPECT_EQ(test::run_search({2}, sampling(seed), model).at(0).ids, first.ids);
    texts.insert(first.ids);
  }
  EXPECT_GE(texts.size(), 19u);  // 50 tokens at each of 11 steps: two equal texts in 20 would be a miracle
}

TEST(NucleusSearch, SeedsThatDifferInTheHighWordOnlyAreDifferent) {
  const auto model = test::hashed_model(100, 5, 1, 0);
  EXPECT_NE(test::run_search({2}, sampling(1), model).at(0).ids,
            test::run_search({2}, sampling(1 + (std::uint64_t{1} << 32)), model).at(0).ids);
}

TEST(NucleusSearch, ASampleDoesNotDependOnTheOthers) {
  const auto model = test::hashed_model(60, 9);
  auto options = sampling(4);
  const auto alone = test::run_search({2, 7}, options, model);
  options.num_return = 8;
  const auto many = test::run_search({2, 7}, options, model);
  ASSERT_EQ(many.size(), 8u);
  EXPECT_TRUE(std::any_of(many.begin(), many.end(), [&](const auto& s) { return s.ids == alone[0].ids; }));
  std::set<Ids> different;
  for (const GeneratedSequence& sample : many) different.insert(sample.ids);
  EXPECT_GE(different.size(), 6u);
}

TEST(NucleusSearch, TopKOfOneIsGreedy) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    auto options = sampling(seed);
    options.top_k = 1;
    auto greedy = options;
    greedy.sample = false;
    greedy.num_beams = 1;
    const auto model = test::hashed_model(30, seed);
    const auto sampled = test::run_search({2}, options, model).at(0);
    EXPECT_EQ(sampled.ids, test::run_search({2}, greedy, model).at(0).ids);
    EXPECT_EQ(sampled.score, 0.0) << "each token was certain after the filter";
  }
}

TEST(NucleusSearch, TheScoreIsTheSumOfTheFilteredLogProbabilities) {
  // Both tokens stay in the nucleus: 0.6 and 0.3 of 0.9.
  const test::LanguageModel model = [](const Ids&) { return test::logits_of({0.1, 0, 0, 0.6, 0.3}); };
  auto options = sampling(3, 6);
  options.top_k = 2;
  options.top_p = 1;
  const auto result = test::run_search({2}, options, model).at(0);
  double sum = 0;
  for (std::size_t i = 0; i < result.token_logprobs.size(); ++i) {
    EXPECT_NEAR(result.token_logprobs[i], std::log(result.ids[i + 1] == 3 ? 0.6 / 0.9 : 0.3 / 0.9), 1e-6);
    sum += result.token_logprobs[i];
  }
  EXPECT_NEAR(result.score, sum, 1e-9);
}

TEST(NucleusSearch, RefusesNotANumber) {
  const test::LanguageModel model = [](const Ids&) { return std::vector<float>{0, std::nanf(""), 1}; };
  EXPECT_THROW(test::run_search({2}, sampling(0), model), Error);
}

}  // namespace
}  // namespace blip
