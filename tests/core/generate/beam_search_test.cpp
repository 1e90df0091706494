#include "core/generate/beam_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/generate/original_beam_search.h"
#include "core/generate/transformers_beam_search.h"
#include "tests/core/generate/scripted_model.h"

namespace blip {
namespace {

using test::Ids;

constexpr std::int64_t kSep = 1;

GenerationOptions beams(BeamScoring scoring, std::int64_t count) {
  GenerationOptions options;
  options.num_beams = count;
  options.beam_scoring = scoring;
  options.min_length = 0;
  return options;
}

// Every sequence that the model can produce, scored by the rule alone, and the best of them.
class Exhaustive {
 public:
  Exhaustive(const test::LanguageModel& model, const GenerationOptions& options, Ids prompt)
      : model_(model), options_(options), prompt_(std::move(prompt)) {
    visit(prompt_, 0);
  }
  const Ids& best() const { return best_; }
  double best_score() const { return best_score_; }

 private:
  void visit(const Ids& prefix, double sum) {
    const std::vector<float> logits = model_(prefix);
    double total = 0;
    for (const float logit : logits) total += std::exp(logit);
    for (std::size_t token = 0; token < logits.size(); ++token) {
      Ids next = prefix;
      next.push_back(static_cast<std::int64_t>(token));
      const double next_sum = sum + logits[token] - std::log(total);
      const bool closed = next.back() == kSep;
      if (!closed && static_cast<std::int64_t>(next.size()) < options_.max_length) {
        visit(next, next_sum);
        continue;
      }
      const std::size_t length = options_.beam_scoring == BeamScoring::kOriginal ? next.size() - (closed ? 1 : 0)
                                                                                 : next.size() - prompt_.size();
      const double score = next_sum / std::pow(static_cast<double>(length), options_.length_penalty);
      if (score > best_score_) {
        best_score_ = score;
        best_ = next;
      }
    }
  }

  test::LanguageModel model_;
  GenerationOptions options_;
  Ids prompt_, best_;
  double best_score_ = -1e300;
};

// The four tokens leave 27 open and 13 closed sequences of 3 tokens: 64 beams hold them all.
TEST(BeamSearch, WithRoomForEverythingFindsTheBestOfAllSequences) {
  for (const BeamScoring scoring : {BeamScoring::kOriginal, BeamScoring::kTransformers}) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      auto options = beams(scoring, kMaxBeams);
      const Ids prompt(1 + seed % 3, 2);
      options.max_length = static_cast<std::int64_t>(prompt.size()) + 3;
      options.length_penalty = std::vector<double>{1.0, 0.0, 2.0, 0.5, -1.0}[seed % 5];
      const auto model = test::hashed_model(4, seed, 2, 0.5);
      const Exhaustive truth(model, options, prompt);
      const auto found = test::run_search(prompt, options, model).at(0);
      EXPECT_EQ(found.ids, truth.best()) << "seed " << seed;
      EXPECT_NEAR(found.score, truth.best_score(), 1e-5) << "seed " << seed;
    }
  }
}

TEST(BeamSearch, NeverBeatsTheBestOfAllSequences) {
  for (const BeamScoring scoring : {BeamScoring::kOriginal, BeamScoring::kTransformers}) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      for (const std::int64_t count : {2, 3, 4}) {
        auto options = beams(scoring, count);
        options.max_length = 5;
        const auto model = test::hashed_model(5, seed);
        const double bound = Exhaustive(model, options, {2}).best_score();
        EXPECT_LE(test::run_search({2}, options, model).at(0).score, bound + 1e-5);
      }
    }
  }
}

TEST(BeamSearch, WithOneBeamIsGreedy) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    auto options = beams(BeamScoring::kOriginal, 1);
    options.min_length = static_cast<std::int64_t>(seed % 6);
    options.length_penalty = 0;
    const Ids prompt{2, 3};
    const auto model = test::hashed_model(40, seed);
    const auto greedy = test::run_search(prompt, options, model).at(0);
    // Both end with the first [SEP]: the best continuation of the only beam is then that [SEP] itself.
    OriginalBeamSearch original(prompt, options, kSep);
    EXPECT_EQ(test::run_search(original, prompt, model).at(0).ids, greedy.ids) << "seed " << seed;
  }
}

TEST(BeamSearch, TheScoreIsTheNormalisedSumOfTheWinnersOwnTokens) {
  for (const BeamScoring scoring : {BeamScoring::kOriginal, BeamScoring::kTransformers}) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      auto options = beams(scoring, 4);
      options.num_return = 4;
      options.length_penalty = 0.7;
      const Ids prompt{2, 5, 5};
      const auto model = test::hashed_model(50, seed);
      for (const GeneratedSequence& result : test::run_search(prompt, options, model)) {
        double sum = 0;
        for (std::size_t i = 0; i < result.token_logprobs.size(); ++i) {
          const Ids prefix(result.ids.begin(), result.ids.begin() + static_cast<std::ptrdiff_t>(prompt.size() + i));
          const auto logits = model(prefix);
          double total = 0;
          for (const float logit : logits) total += std::exp(logit);
          const double exact = logits[static_cast<std::size_t>(result.ids[prefix.size()])] - std::log(total);
          EXPECT_NEAR(result.token_logprobs[i], exact, 1e-5);
          sum += exact;
        }
        const bool closed = result.ids.back() == kSep;
        const std::size_t length =
            scoring == BeamScoring::kOriginal ? result.ids.size() - (closed ? 1 : 0) : result.token_logprobs.size();
        EXPECT_NEAR(result.score, sum / std::pow(static_cast<double>(length), 0.7), 1e-5);
      }
    }
  }
}

TEST(BeamSearch, CopesWithAVocabularySmallerThanItsBeams) {
  for (const BeamScoring scoring : {BeamScoring::kOriginal, BeamScoring::kTransformers}) {
    auto options = beams(scoring, 8);
    options.num_return = 8;
    options.max_length = 3;
    const auto results = test::run_search({2}, options, test::hashed_model(3, 1));  // 7 sequences exist
    EXPECT_GE(results.size(), 1u);
    EXPECT_LE(results.size(), 7u);
  }
}

TEST(BeamSearch, ReportsAStepWithoutAnyToken) {
  for (const BeamScoring scoring : {BeamScoring::kOriginal, BeamScoring::kTransformers}) {
    auto options = beams(scoring, 2);
    options.min_length = 5;
    const test::LanguageModel only_sep = [](const Ids&) { return test::logits_of({0, 1, 0}); };
    try {
      test::run_search({2}, options, only_sep);
      FAIL() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kFailed);
      EXPECT_NE(std::string(error.what()).find("no token"), std::string::npos);
    }
  }
}

TEST(BeamSearch, RefusesNotANumber) {
  const test::LanguageModel model = [](const Ids&) {
    return std::vector<float>{0, 0, std::numeric_limits<float>::quiet_NaN()};
  };
  EXPECT_THROW(test::run_search({2}, beams(BeamScoring::kOriginal, 2), model), Error);
}

}  // namespace
}  // namespace blip
