// What one sequence gets from a BLIP-2 model must not depend on how it is fed nor on who decodes beside it: the
// Q-Former's own captions, OPT, T5.
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/golden_blip2.h"

namespace blip::test {
namespace {

struct Family {
  const char *name, *folder, *file;
};

class Blip2DecodingTest : public testing::TestWithParam<Family> {
 protected:
  const Blip2Golden golden_{GetParam().folder, GetParam().file};
  const std::vector<Clip> clips_ = golden_.clips();
  const std::unique_ptr<Decoding> decoding_ = golden_.backend->start_decoding();
  const bool encoder_ = golden_.sizes().language.kind == LanguageModelKind::kT5 && golden_.sizes().language.width > 0;

  DecodeInput input(const Clip& clip, std::vector<std::int64_t> prompt, std::vector<std::int64_t> question) const {
    if (!encoder_) question.clear();
    return {clip, question, prompt};
  }
  DecodeInput input(const Clip& clip, std::vector<std::int64_t> prompt) const {
    return input(clip, std::move(prompt), {30, 31, 1});
  }
  std::vector<float> last_logits(const DecodeInput& given, const std::vector<std::int64_t>& more) {
    const auto id = decoding_->join(given);
    RowStep row{id, 0, given.prompt.back()};
    Matrix logits = decoding_->step(std::span(&row, 1));
    for (const std::int64_t token : more) {
      row.token = token;
      logits = decoding_->step(std::span(&row, 1));
    }
    decoding_->leave(id);
    return logits.values;
  }
};

TEST_P(Blip2DecodingTest, APromptIsWorthItsTokensOneByOne) {
  const std::vector<std::int64_t> ids{2, 41, 50, 105, 20};
  const auto one_by_one = last_logits(input(clips_[0], {ids[0]}), {ids.begin() + 1, ids.end()});
  for (std::size_t prompt = 2; prompt <= ids.size(); ++prompt) {
    const auto middle = ids.begin() + static_cast<std::ptrdiff_t>(prompt);
    EXPECT_LE(max_difference(last_logits(input(clips_[0], {ids.begin(), middle}), {middle, ids.end()}), one_by_one),
              kLogitTolerance)
        << prompt << " tokens of prompt";
  }
}

TEST_P(Blip2DecodingTest, AQuestionAfterAnotherIsWorthTheFirst) {
  const auto first = input(clips_[0], {2, 41, 50, 60}), second = input(clips_[0], {2, 41, 70}, {30, 40, 1});
  const auto alone = last_logits(second, {80});
  const Blip2Golden fresh(GetParam().folder, GetParam().file);
  const auto clips = fresh.clips();
  const auto decoding = fresh.backend->start_decoding();
  DecodeInput same_first = first, same_second = second;
  same_first.clip = same_second.clip = clips[0];
  for (const DecodeInput& given : {same_first, same_second, same_second}) {
    const auto id = decoding->join(given);
    const RowStep step{id, 0, given.prompt.back()};
    decoding->step(std::span(&step, 1));
    const RowStep next{id, 0, 80};
    const Matrix logits = decoding->step(std::span(&next, 1));
    if (given.prompt == second.prompt) {
      EXPECT_LE(max_difference(logits.values, alone), kLogitTolerance);
    }
  }
}

TEST_P(Blip2DecodingTest, BeamsFollowTheirParents) {
  const auto given = input(clips_[0], {2, 45});
  const auto id = decoding_->join(given);
  const RowStep first{id, 0, 45};
  decoding_->step(std::span(&first, 1));
  const RowStep fork[]{{id, 0, 41}, {id, 0, 50}, {id, 0, 60}};
  decoding_->step(fork);
  const RowStep swapped[]{{id, 2, 70}, {id, 0, 70}};  // row 0 now continues 60, row 1 continues 41; 50 is dropped
  const Matrix logits = decoding_->step(swapped);
  EXPECT_LE(max_difference(std::vector(logits.row(0).begin(), logits.row(0).end()), last_logits(given, {60, 70})),
            kLogitTolerance);
  EXPECT_LE(max_difference(std::vector(logits.row(1).begin(), logits.row(1).end()), last_logits(given, {41, 70})),
            kLogitTolerance);
}

TEST_P(Blip2DecodingTest, SequencesOfDifferentLengthShareAStep) {
  const auto brief = input(clips_[0], {2, 41}), long_one = input(clips_[1], {2, 50, 60, 70}, {30, 33, 34, 35, 1});
  const auto a = decoding_->join(brief), b = decoding_->join(long_one);
  const RowStep together[]{{a, 0, 41}, {b, 0, 70}};
  const Matrix logits = decoding_->step(together);
  EXPECT_LE(max_difference(std::vector(logits.row(0).begin(), logits.row(0).end()), last_logits(brief, {})),
            kLogitTolerance);
  EXPECT_LE(max_difference(std::vector(logits.row(1).begin(), logits.row(1).end()), last_logits(long_one, {})),
            kLogitTolerance);
}

TEST_P(Blip2DecodingTest, EveryFrameOfAClipIsRead) {
  const Clip both{{clips_[0].frames[0], clips_[1].frames[0]}}, swapped{{clips_[1].frames[0], clips_[0].frames[0]}};
  const auto of_both = last_logits(input(both, {2, 41}), {});
  EXPECT_GT(max_difference(of_both, last_logits(input(clips_[0], {2, 41}), {})), 1e-3);
  EXPECT_GT(max_difference(of_both, last_logits(input(clips_[1], {2, 41}), {})), 1e-3);
  // The Q-Former's queries have no places: for its captions a clip is a set of frames. A language model's have.
  const double order = max_difference(of_both, last_logits(input(swapped, {2, 41}), {}));
  if (golden_.sizes().language.width > 0) {
    EXPECT_GT(order, 1e-4);
  } else {
    EXPECT_LE(order, kLogitTolerance);
  }
}

// The loss of an answer is the sum of its tokens' negative log-probabilities; the Q-Former's has a tenth of smoothing.
TEST_P(Blip2DecodingTest, LossesAreThoseOfTheSteps) {
  const auto given = input(clips_[0], {2, 41, 50});
  const std::vector<std::vector<std::int64_t>> answers{{50, 60, 70}, {50, 61}, {50, 62, 30, 31}};
  const auto losses = golden_.backend->continuation_losses(given, token_batch(answers));
  ASSERT_EQ(losses.size(), answers.size());
  const double smoothing = golden_.sizes().language.width > 0 ? 0 : 0.1;
  for (std::size_t a = 0; a < answers.size(); ++a) {
    const auto id = decoding_->join(given);
    double loss = 0;
    for (std::size_t t = 0; t + 1 < answers[a].size(); ++t) {
      const RowStep row{id, 0, answers[a][t]};
      const Matrix logits = decoding_->step(std::span(&row, 1));
      double sum = 0, mean = 0;
      for (const float logit : logits.values) sum += std::exp(static_cast<double>(logit));
      for (const float logit : logits.values) mean += logit / static_cast<double>(logits.columns);
      const double log_sum = std::log(sum);
      loss -= (1 - smoothing) * (logits.values[static_cast<std::size_t>(answers[a][t + 1])] - log_sum);
      loss -= smoothing * (mean - log_sum);
    }
    decoding_->leave(id);
    EXPECT_NEAR(losses[a], loss, 1e-3) << "answer " << a;
  }
}

TEST_P(Blip2DecodingTest, BadInputIsAnError) {
  EXPECT_THROW(decoding_->join(input(clips_[0], {})), Error);
  EXPECT_THROW(decoding_->join(input(Clip{}, {2, 41})), Error);
  const RowStep unknown{999, 0, 2};
  EXPECT_THROW(decoding_->step(std::span(&unknown, 1)), Error);
  const std::int64_t room = golden_.sizes().language.max_positions;
  if (encoder_ || room == 0) return;
  std::vector<std::int64_t> too_long(static_cast<std::size_t>(room), 41);
  try {
    decoding_->join(input(clips_[0], too_long));
    ADD_FAILURE() << "took a prompt that is longer than the context";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    EXPECT_NE(std::string(error.what()).find(std::to_string(room)), std::string::npos) << error.what();
  }
  too_long.resize(static_cast<std::size_t>(room - golden_.sizes().qformer.queries));
  const auto full = decoding_->join(input(clips_[0], too_long));
  const RowStep last{full, 0, 41};
  EXPECT_NO_THROW(decoding_->step(std::span(&last, 1)));
  EXPECT_THROW(decoding_->step(std::span(&last, 1)), Error);
}

INSTANTIATE_TEST_SUITE_P(Families, Blip2DecodingTest,
                         testing::Values(Family{"QFormer", "lavis/stage1", "blip2_stage1.pth"},
                                         Family{"Opt", "hf-blip2-opt-tiny", ""}, Family{"T5", "hf-blip2-t5-tiny", ""}),
                         [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace blip::test
