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

// As LAVIS: of the case above the prompt counts as one token. A [SEP] is divided by 2, C D E [SEP] by 4, and A X X X,
// which max_length cuts off, by 5: log 0.36 / 2 = -0.51, log 0.2048 / 4 = -0.40, log 0.1536 / 5 = -0.37.
TEST(OriginalBeamSearch, LavisCountsOneTokenInThePromptsPlace) {
  const Case c;
  const auto results = test::run_search(c.prompt, Case::options(BeamScoring::kLavis), Case::model());
  ASSERT_EQ(results.size(), 2u);
  EXPECT_THAT(results[0].ids, ElementsAre(Case::kDec, 8, 8, 8, Case::kA, Case::kX, Case::kX, Case::kX));
  EXPECT_NEAR(results[0].score, std::log(0.1536) / 5, 1e-6);
  EXPECT_THAT(results[1].ids, ElementsAre(Case::kDec, 8, 8, 8, Case::kC, Case::kD, Case::kE, Case::kSep));
  EXPECT_NEAR(results[1].score, std::log(0.2048) / 4, 1e-6);
}

// A penalty below 0 multiplies: log 0.36 * 2 is -2.04, log 0.2048 * 4 is -6.34.
TEST(OriginalBeamSearch, APenaltyBelowZeroFavoursShortTexts) {
  const Case c;
  auto options = Case::options(BeamScoring::kLavis);
  options.length_penalty = -1;
  const auto results = test::run_search(c.prompt, options, Case::model());
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].ids.size(), 6u);
  EXPECT_NEAR(results[0].score, std::log(0.36) * 2, 1e-6);
}

// generate() counts the placeholder that stands for the prompt, our options the prompt itself.
TEST(OriginalBeamSearch, GivesWhatTransformers433GivesBehindEmbeddings) {
  const auto data = test::read_beam_cases("lavis_beam_cases.json");
  const auto sep = test::read_beam_cases("beam_cases.json").at("sep").get<std::int64_t>();
  const test::LanguageModel model = test::toy_model();
  ASSERT_FALSE(data.at("cases").empty());
  for (const auto& test_case : data.at("cases")) {
    SCOPED_TRACE(test_case.dump().substr(0, 220));
    const auto prompt = test_case.at("prompt").get<Ids>();
    GenerationOptions options = test::options_of(test_case, BeamScoring::kLavis);
    const auto hidden = static_cast<std::int64_t>(prompt.size()) - 1;
    options.max_length += hidden;
    options.min_length += hidden;
    const auto search = make_search(prompt, options, sep, test_case.at("said_before").get<Ids>());
    test::expect_results(test::run_search(*search, prompt, model), test_case.at("results"));
  }
}

TEST(OriginalBeamSearch, GivesWhatTransformers415Gives) {
  test::expect_reference_results("original", BeamScoring::kOriginal, [](const GenerationOptions&) { return true; });
}

}  // namespace
}  // namespace blip
