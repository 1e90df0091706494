#include "core/generate/original_beam_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/generate/beam_cases.h"
#include "tests/core/generate/length_rule_case.h"

namespace blip {
namespace {

using test::Ids;
using testing::ElementsAre;
using Case = test::LengthRuleCase;

// The sums are divided by 5 (prompt, A) and by 7 (prompt, C, D, E): the short one wins.
TEST(OriginalBeamSearch, DividesByTheWholeLengthWithoutSep) {
  const Case c;
  const auto results = test::run_search(c.prompt, Case::options(BeamScoring::kOriginal), Case::model());
  ASSERT_EQ(results.size(), 2u);
  EXPECT_THAT(results[0].ids, ElementsAre(Case::kDec, 8, 8, 8, Case::kA, Case::kSep));
  EXPECT_NEAR(results[0].score, std::log(0.36) / 5, 1e-6);
  EXPECT_THAT(results[1].ids, ElementsAre(Case::kDec, 8, 8, 8, Case::kC, Case::kD, Case::kE, Case::kSep));
  EXPECT_NEAR(results[1].score, std::log(0.2048) / 7, 1e-6);
  ASSERT_EQ(results[1].token_logprobs.size(), 4u);
  EXPECT_NEAR(results[1].token_logprobs[0], std::log(0.4), 1e-6);
  EXPECT_NEAR(results[1].token_logprobs[3], std::log(0.8), 1e-6);
}

TEST(OriginalBeamSearch, SepBelowTheFirstKIsIgnored) {
  constexpr std::int64_t sep = 1, dec = 2, a = 3, b = 4;
  const auto model = test::scripted_model(1, {{{}, {0, 0.10, 0, 0.50, 0.40}},  // [SEP] ranks third of two beams
                                              {{a}, {0, 0, 0, 0.5, 0.5}},
                                              {{b}, {0, 0, 0, 0.5, 0.5}}});
  GenerationOptions options;
  options.num_beams = 2;
  options.num_return = 2;
  options.min_length = 0;
  options.max_length = 3;
  options.beam_scoring = BeamScoring::kOriginal;
  const auto results = test::run_search({dec}, options, model, sep);
  ASSERT_EQ(results.size(), 2u);
  // Both candidates of a are 0.25, equal: ties are taken in order, and of two equal finished beams the newer is read
  // out first.
  EXPECT_THAT(results[0].ids, ElementsAre(dec, a, b));
  EXPECT_THAT(results[1].ids, ElementsAre(dec, a, a));
  EXPECT_NEAR(results[0].score, std::log(0.25) / 3, 1e-6);
}

TEST(OriginalBeamSearch, GivesWhatTransformers415Gives) {
  test::expect_reference_results("original", BeamScoring::kOriginal, [](const GenerationOptions&) { return true; });
}

}  // namespace
}  // namespace blip
