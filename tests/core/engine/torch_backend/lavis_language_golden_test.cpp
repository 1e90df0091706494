// Against LAVIS: stage 2 with OPT and with T5, checkpoints of a Q-Former with its image encoder and language model in
// files of their own.
#include <gtest/gtest.h>

#include "core/text/language_tokenizer.h"
#include "tests/support/golden_blip2.h"

namespace blip::test {
namespace {

struct Family {
  const char *name, *folder, *file, *pictures;
};

class LavisLanguageGolden : public testing::TestWithParam<Family> {
 protected:
  const Blip2Golden golden_{GetParam().folder, GetParam().file, GetParam().pictures};
  const std::vector<Clip> clips_ = golden_.clips();
  const bool opt_ = golden_.sizes().language.kind == LanguageModelKind::kOpt;
  // LAVIS' own T5 folder has no tokenizer; the other family's data holds it.
  const std::unique_ptr<LanguageTokenizer> tokenizer_ = load_language_tokenizer(golden2_dir() / GetParam().pictures);

  // How LAVIS' two entry points count lengths, as options that count `prompt` tokens and those behind them.
  GenerationOptions counted(const nlohmann::json& run, bool answers, std::int64_t prompt) const {
    GenerationOptions options;
    options.beam_scoring = BeamScoring::kLavis;
    const auto& given = run.at("arguments");
    options.num_beams = given.value("num_beams", 5);
    options.length_penalty = given.value("length_penalty", !answers ? 1.0 : opt_ ? 0.0 : -1.0);
    options.repetition_penalty = given.value("repetition_penalty", 1.0);
    std::int64_t longest = answers ? 10 : given.value("max_length", 30);
    if (opt_ && !answers) --longest;  // counts the id in front
    const std::int64_t shortest = answers ? 0 : given.value("min_length", 1) - 1;
    options.max_length = prompt + longest;
    options.min_length = prompt + shortest;
    return options;
  }
  std::string prompt(const nlohmann::json& run, std::size_t picture) const {
    const auto& given = run.at("arguments");
    std::string text = given.value("prompt", "");
    if (given.contains("questions"))
      text.replace(text.find("{}"), 2, given.at("questions").at(picture).get<std::string>());
    return text;
  }
};

TEST_P(LavisLanguageGolden, QFormerStatesAgree) {
  ASSERT_FALSE(clips_.empty());
  for (std::size_t b = 0; b < clips_.size(); ++b) {
    const Matrix states = clips_[b].frames[0]->to_matrix();
    EXPECT_LE(max_difference(states.values, slice_of(golden_.expected_file, "qformer_last_hidden_state",
                                                     static_cast<std::int64_t>(b), states.rows)),
              kStateTolerance);
  }
}

TEST_P(LavisLanguageGolden, GeneratesTheSameTexts) {
  const LanguageModelConfig& language = golden_.sizes().language;
  ASSERT_FALSE(golden_.json.at("generate").empty());
  for (const auto& run : golden_.json.at("generate")) {
    const bool answers = run.at("arguments").contains("questions");
    for (std::size_t i = 0; i < clips_.size(); ++i) {
      DecodeInput input = golden_.input(clips_[i], tokenizer_->encode(prompt(run, i)));
      const auto expected = run.at("sequences").at(i).get<std::vector<std::int64_t>>();
      input.said_before = {expected.front()};
      const auto searched = counted(run, answers, static_cast<std::int64_t>(input.prompt.size()));
      const auto decoding = golden_.backend->start_decoding();
      const GeneratedSequence best = generate(*decoding, std::span(&input, 1), searched, language.end_token)[0].at(0);
      const std::string where = run.at("name").get<std::string>() + ", picture " + std::to_string(i);
      EXPECT_EQ(std::vector(best.ids.begin() + static_cast<std::ptrdiff_t>(input.prompt.size()), best.ids.end()),
                std::vector(expected.begin() + 1, expected.end()))
          << where;
      if (!run.contains("sequences_scores")) continue;
      EXPECT_NEAR(best.score, run.at("sequences_scores").at(i).get<double>(),
                  searched.length_penalty < 0 ? 2 * kScoreTolerance : kScoreTolerance)
          << where;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Families, LavisLanguageGolden,
                         testing::Values(Family{"Opt", "lavis/stage2-opt", "blip2_opt.pth", "hf-blip2-opt-tiny"},
                                         Family{"T5", "lavis/stage2-t5", "blip2_t5.pth", "hf-blip2-t5-tiny"}),
                         [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace blip::test
