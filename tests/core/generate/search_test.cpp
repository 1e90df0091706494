#include "core/generate/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/base/error.h"
#include "core/generate/greedy_search.h"
#include "core/generate/nucleus_search.h"
#include "core/generate/original_beam_search.h"
#include "core/generate/transformers_beam_search.h"
#include "tests/core/generate/scripted_model.h"

namespace blip {
namespace {

using test::Ids;
using testing::HasSubstr;

std::string complaint(const Ids& prompt, const GenerationOptions& options) {
  try {
    make_search(prompt, options, 1);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    return error.what();
  }
  return "";
}

TEST(MakeSearch, ChoosesByTheOptions) {
  const Ids prompt{2};
  GenerationOptions options;
  options.beam_scoring = BeamScoring::kOriginal;
  EXPECT_NE(dynamic_cast<OriginalBeamSearch*>(make_search(prompt, options, 1).get()), nullptr);
  options.beam_scoring = BeamScoring::kLavis;
  EXPECT_NE(dynamic_cast<OriginalBeamSearch*>(make_search(prompt, options, 1).get()), nullptr);
  options.beam_scoring = BeamScoring::kTransformers;
  EXPECT_NE(dynamic_cast<TransformersBeamSearch*>(make_search(prompt, options, 1).get()), nullptr);
  options.beam_scoring = BeamScoring::kAuto;
  options.num_beams = 1;
  EXPECT_NE(dynamic_cast<GreedySearch*>(make_search(prompt, options, 1).get()), nullptr);
  options.sample = true;
  options.num_beams = 3;
  EXPECT_NE(dynamic_cast<NucleusSearch*>(make_search(prompt, options, 1).get()), nullptr);
}

TEST(MakeSearch, RefusesWhatCannotBeSearched) {
  GenerationOptions options;
  options.beam_scoring = BeamScoring::kOriginal;
  EXPECT_THAT(complaint({}, options), HasSubstr("prompt has no tokens"));
  EXPECT_THAT(complaint(Ids(20, 2), options), HasSubstr("max_length is 20, must be above the prompt's 20 tokens"));
  EXPECT_EQ(complaint(Ids(19, 2), options), "");
  options.top_k = -2;
  EXPECT_THAT(complaint({2}, options), HasSubstr("top_k is -2"));
  options.top_k = 0;
  options.beam_scoring = BeamScoring::kAuto;
  EXPECT_THAT(complaint({2}, options), HasSubstr("beam_scoring is auto"));
}

// With a penalty of 10 the token that counts as said before (log-probability below 0, logits above) loses to the other.
TEST(EverySearch, PenalisesWhatCountsAsSaidBeforeInThePromptsPlace) {
  constexpr std::int64_t sep = 1, a = 3, b = 4;
  const test::LanguageModel model = [](const Ids&) { return std::vector<float>{-9, -9, -9, 2.0f, 1.5f, -9}; };
  const Ids prompt{2, a};
  for (int kind = 0; kind < 4; ++kind) {
    GenerationOptions options;
    options.num_beams = kind == 0 ? 1 : 2;
    options.beam_scoring = kind == 1 ? BeamScoring::kLavis : BeamScoring::kTransformers;
    options.sample = kind == 3;
    options.top_k = 1;
    options.min_length = options.max_length = 3;
    options.repetition_penalty = 10;
    const auto first_token = [&](const std::optional<Ids>& said) {
      return test::run_search(*make_search(prompt, options, sep, said), prompt, model).at(0).ids.at(2);
    };
    EXPECT_EQ(first_token(std::nullopt), b) << kind;
    EXPECT_EQ(first_token(Ids{5}), a) << kind;
    EXPECT_EQ(first_token(Ids{5, a}), b) << kind;
    EXPECT_EQ(first_token(Ids{}), a) << kind;
  }
}

// What holds for every kind of search on models without structure.
TEST(EverySearch, RespectsTheLengthsAndGivesConsistentResults) {
  const std::int64_t sep = 1;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Ids prompt(1 + seed % 4, 2);
    for (int kind = 0; kind < 5; ++kind) {
      GenerationOptions options;
      options.num_beams = kind == 0 ? 1 : 2 + static_cast<std::int64_t>(seed % 3);
      options.beam_scoring = kind == 1   ? BeamScoring::kOriginal
                             : kind == 4 ? BeamScoring::kLavis
                                         : BeamScoring::kTransformers;
      options.sample = kind == 3;
      options.seed = seed;
      options.min_length = static_cast<std::int64_t>(seed % 9);
      options.max_length = 8 + static_cast<std::int64_t>(seed % 5);
      options.num_return = kind == 0 ? 1 : 2;
      options.repetition_penalty = seed % 2 == 0 ? 1.0 : 1.3;
      SCOPED_TRACE("seed " + std::to_string(seed) + ", kind " + std::to_string(kind));
      const auto search = make_search(prompt, options, sep);
      const auto most_rows = static_cast<std::size_t>(std::max(options.num_beams, options.num_return));
      const auto results = test::run_search(*search, prompt, test::hashed_model(30, seed), most_rows);
      EXPECT_EQ(static_cast<std::int64_t>(results.size()), options.num_return);
      for (std::size_t i = 0; i < results.size(); ++i) {
        const GeneratedSequence& result = results[i];
        const auto length = static_cast<std::int64_t>(result.ids.size());
        EXPECT_TRUE(std::equal(prompt.begin(), prompt.end(), result.ids.begin()));
        EXPECT_EQ(result.ids.size(), prompt.size() + result.token_logprobs.size());
        EXPECT_LE(length, options.max_length);
        const auto first_sep = std::find(result.ids.begin(), result.ids.end(), sep);
        if (first_sep == result.ids.end()) {
          EXPECT_EQ(length, options.max_length);
        } else {
          EXPECT_EQ(first_sep, result.ids.end() - 1) << "[SEP] inside";
          EXPECT_GT(length, options.min_length) << "[SEP] came before min_length tokens stood";
        }
        for (const float logprob : result.token_logprobs) EXPECT_LE(logprob, 0.0f);
        if (i > 0) {
          EXPECT_GE(results[i - 1].score, result.score);
        }
      }
    }
  }
}

}  // namespace
}  // namespace blip
