#include "core/generate/transformers_beam_search.h"

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

// The sums are divided by 2 (A, [SEP]) and by 4: the long one wins, and A X X X, cut off, comes second.
TEST(TransformersBeamSearch, DividesByTheGeneratedTokensWithSep) {
  const Case c;
  const auto results = test::run_search(c.prompt, Case::options(BeamScoring::kTransformers), Case::model());
  ASSERT_EQ(results.size(), 2u);
  EXPECT_THAT(results[0].ids, ElementsAre(Case::kDec, 8, 8, 8, Case::kC, Case::kD, Case::kE, Case::kSep));
  EXPECT_NEAR(results[0].score, std::log(0.2048) / 4, 1e-6);
  EXPECT_THAT(results[1].ids, ElementsAre(Case::kDec, 8, 8, 8, Case::kA, Case::kX, Case::kX, Case::kX));
  EXPECT_NEAR(results[1].score, std::log(0.1536) / 4, 1e-6);
  ASSERT_EQ(results[1].token_logprobs.size(), 4u);
  EXPECT_NEAR(results[1].token_logprobs[1], std::log(0.4), 1e-6);
}

TEST(TransformersBeamSearch, EndsOnceNoLiveBeamCanPassTheWorstFinished) {
  // Two beams finish within two tokens at ln(0.5) and ln(0.45)/2; what lives on has ln(0.05)/2 and less.
  constexpr std::int64_t sep = 1, dec = 2, a = 3;
  const auto model = test::scripted_model(1, {{{}, {0, 0.5, 0, 0.5}}, {{a}, {0, 0.9, 0, 0.1}}});
  GenerationOptions options;
  options.num_beams = 2;
  options.num_return = 2;
  options.min_length = 0;
  options.max_length = 20;
  options.beam_scoring = BeamScoring::kTransformers;
  const auto results = test::run_search({dec}, options, model, sep);  // the model knows no third step
  ASSERT_EQ(results.size(), 2u);
  EXPECT_THAT(results[0].ids, ElementsAre(dec, a, sep));
  EXPECT_NEAR(results[0].score, std::log(0.45) / 2, 1e-6);
  EXPECT_THAT(results[1].ids, ElementsAre(dec, sep));
  EXPECT_NEAR(results[1].score, std::log(0.5), 1e-6);
}

TEST(TransformersBeamSearch, GivesWhatTransformers5Gives) {
  test::expect_reference_results("transformers", BeamScoring::kTransformers,
                                 [](const GenerationOptions& options) { return options.num_beams > 1; });
}

}  // namespace
}  // namespace blip
