#include "core/tasks/language_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/base/error.h"
#include "core/text/byte_bpe_training.h"
#include "core/text/byte_level_tokenizer.h"
#include "tests/support/golden.h"

namespace blip::test {
namespace {

using testing::HasSubstr;
using Ids = std::vector<std::int64_t>;

Checkpoint checkpoint(LanguageModelKind kind, CheckpointFamily family) {
  Checkpoint made;
  made.layout = kind == LanguageModelKind::kOpt ? Layout::kBlip2Opt : Layout::kBlip2T5;
  made.family = family;
  made.path = "model";
  Blip2Config& config = made.config.blip2.emplace();
  config.qformer.queries = 8;
  config.language.kind = kind;
  config.language.max_positions = kind == LanguageModelKind::kOpt ? 100 : 0;
  config.image_token = 99;
  return made;
}

std::string complaint(const std::function<void()>& action, ErrorKind kind = ErrorKind::kInvalidArgument) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  return "";
}

class LanguageTextsTest : public testing::Test {
 protected:
  static ByteBpeTables bytes() {
    const std::vector<std::string> text{"x"};
    return train_byte_bpe(text, 260);
  }
  // A token a byte, so that lengths can be counted by hand; "</s>" stands in front of a text.
  const ByteLevelTokenizer bytes_{bytes(), {}, "bytes"};
  const std::unique_ptr<LanguageTokenizer> pieces_ = load_language_tokenizer(golden2_dir() / "hf-blip2-t5-tiny");
  const Checkpoint opt_checkpoint_ = checkpoint(LanguageModelKind::kOpt, CheckpointFamily::kOriginal),
                   t5_checkpoint_ = checkpoint(LanguageModelKind::kT5, CheckpointFamily::kOriginal),
                   hf_checkpoint_ = checkpoint(LanguageModelKind::kOpt, CheckpointFamily::kTransformers);
  const LanguageTexts opt_{opt_checkpoint_, bytes_}, t5_{t5_checkpoint_, *pieces_}, hf_{hf_checkpoint_, bytes_};

  std::string prompt_of(const DecodePlan& plan) const { return bytes_.decode(plan.input.prompt); }
};

TEST_F(LanguageTextsTest, OptGoesOnFromThePromptT5ReadsIt) {
  CaptionOptions options;
  options.prompt = "a photo of";
  const DecodePlan opt = opt_.plan_caption(options, 1), t5 = t5_.plan_caption(options, 1);
  EXPECT_TRUE(opt.input.question.empty());
  EXPECT_EQ(opt.input.prompt, bytes_.encode("a photo of"));
  EXPECT_EQ(t5.input.question, pieces_->encode("a photo of"));
  EXPECT_EQ(t5.input.prompt, Ids{pieces_->special().start});
}

TEST_F(LanguageTextsTest, CaptionsHaveNoPromptOfTheirOwn) {
  EXPECT_EQ(opt_.plan_caption({}, 1).input.prompt, Ids{bytes_.special().start});
  EXPECT_EQ(t5_.plan_caption({}, 1).input.question, Ids{pieces_->special().end});
}

TEST_F(LanguageTextsTest, QuestionsArePutAsThePaperPutsThem) {
  EXPECT_EQ(prompt_of(opt_.plan_answer("why?", {}, 1)), "Question: why? Answer:");
  EXPECT_EQ(t5_.plan_answer("why?", {}, 1).input.question, pieces_->encode("Question: why? Short answer:"));
  AnswerOptions options;
  options.prompt = "{}";
  EXPECT_EQ(prompt_of(opt_.plan_answer("Tell me more", options, 1)), "Tell me more");
}

// Of 100 positions a frame's queries take 8 and the answer 10: 82 are left for "</s>" and the text.
TEST_F(LanguageTextsTest, AConversationLosesItsBeginningWhenItGrowsTooLong) {
  AnswerOptions options;
  options.prompt = "Q {} A";
  options.history = {{std::string(30, 'x'), "1"}, {std::string(30, 'y'), "2"}, {"z", "3"}};
  // "Q z A 3. " and "Q w A" are 14 characters, "Q yyy A 2. " is 38, "Q xxx A 1. " another 38.
  EXPECT_EQ(prompt_of(opt_.plan_answer("w", options, 1)), "Q " + std::string(30, 'y') + " A 2. Q z A 3. Q w A");
  EXPECT_EQ(prompt_of(opt_.plan_answer("w", options, 6)), "Q z A 3. Q w A");  // 100 - 48 - 10 = 42
  options.generation.max_length = 82;
  EXPECT_EQ(prompt_of(opt_.plan_answer("w", options, 1)), "Q w A");  // room for 10
}

TEST_F(LanguageTextsTest, APromptThatIsTooLongIsRefusedWithBothNumbers) {
  AnswerOptions options;
  options.prompt = "{}";
  EXPECT_NO_THROW(opt_.plan_answer(std::string(81, 'x'), options, 1));
  EXPECT_THAT(complaint([&] { opt_.plan_answer(std::string(82, 'x'), options, 1); }),
              HasSubstr("has 83 tokens, but the language model has room for 82"));
  CaptionOptions caption;
  caption.prompt = std::string(82, 'x');
  EXPECT_THAT(complaint([&] { opt_.plan_caption(caption, 1); }), HasSubstr("has 83 tokens"));
  EXPECT_THAT(complaint([&] { opt_.plan_answer("x", options, 12); }),
              HasSubstr("12 frames take 96 positions and max_length 10 more, but the language model has 100"));
  EXPECT_THAT(complaint([&] { t5_.plan_answer(std::string(5000, 'x'), options, 1); }), HasSubstr("room for 512"));
}

// Ours: generated tokens with the end. A search counts the prompt, and bars the end before min_length tokens stand.
TEST_F(LanguageTextsTest, LengthsCountWhatIsGenerated) {
  CaptionOptions options;
  options.prompt = "abc";
  options.generation.max_length = 20;
  options.generation.min_length = 8;
  EXPECT_EQ(opt_.plan_caption(options, 1).generation.max_length, 24);
  EXPECT_EQ(opt_.plan_caption(options, 1).generation.min_length, 11);  // "</s>abc" and 7 before an end as the 8th
  EXPECT_EQ(t5_.plan_caption(options, 1).generation.max_length, 21);
  EXPECT_EQ(t5_.plan_caption(options, 1).generation.min_length, 8);
  options.generation.max_length = 1;
  options.generation.min_length = 0;
  EXPECT_EQ(opt_.plan_caption(options, 1).generation.max_length, 5);
}

TEST_F(LanguageTextsTest, LengthsOutOfRangeAreRefused) {
  CaptionOptions options;
  options.generation.max_length = 0;
  EXPECT_THAT(complaint([&] { opt_.plan_caption(options, 1); }), HasSubstr("max_length is 0"));
  options.generation.max_length = 4;
  EXPECT_THAT(complaint([&] { opt_.plan_caption(options, 1); }), HasSubstr("min_length is 5"));
  options.generation.max_length = 2'000'000;
  EXPECT_THAT(complaint([&] { opt_.plan_caption(options, 1); }), HasSubstr("max_length is 2000000"));
  options = {};
  options.generation.num_beams = 0;
  EXPECT_THAT(complaint([&] { opt_.plan_caption(options, 1); }), HasSubstr("num_beams is 0"));
}

TEST_F(LanguageTextsTest, ThePenaltySeesWhatThePublishedCodeShowsIt) {
  CaptionOptions options;
  options.prompt = "a";
  EXPECT_EQ(opt_.plan_caption(options, 1).input.said_before, Ids{bytes_.special().start});  // LAVIS
  Ids with_placeholder = bytes_.encode("a");
  with_placeholder.push_back(99);
  EXPECT_EQ(hf_.plan_caption(options, 1).input.said_before, with_placeholder);
  EXPECT_EQ(t5_.plan_caption(options, 1).input.said_before, std::nullopt);
}

TEST_F(LanguageTextsTest, ScoringFollowsTheCheckpoint) {
  EXPECT_EQ(opt_.plan_caption({}, 1).generation.beam_scoring, BeamScoring::kLavis);
  EXPECT_EQ(hf_.plan_caption({}, 1).generation.beam_scoring, BeamScoring::kTransformers);
}

// What was generated is told, without blanks at its ends; LAVIS cleans up, transformers 5 does not.
TEST_F(LanguageTextsTest, AnswersAreWhatWasGenerated) {
  GeneratedSequence sequence;
  sequence.ids = bytes_.encode("Q");
  const Ids generated = bytes_.encode_plain(" red , I think\n");
  sequence.ids.insert(sequence.ids.end(), generated.begin(), generated.end());
  sequence.token_logprobs.resize(generated.size());
  EXPECT_EQ(opt_.told_ids(sequence), generated);
  EXPECT_EQ(opt_.answer_text(sequence), "red, I think");
  EXPECT_EQ(hf_.answer_text(sequence), "red , I think");
}

TEST_F(LanguageTextsTest, AnswersThatAreScoredContinueThePrompt) {
  const DecodePlan plan = opt_.plan_answer("why?", {}, 1);
  Ids expected = bytes_.encode_plain(": yes\n");
  EXPECT_EQ(opt_.answer_ids(plan, "yes"), expected);
  Ids t5 = pieces_->encode("yes");
  t5.insert(t5.begin(), pieces_->special().start);
  EXPECT_EQ(t5_.answer_ids(t5_.plan_answer("why?", {}, 1), "yes"), t5);
}

TEST_F(LanguageTextsTest, EmptyQuestionsAndOtherTasksAreRefused) {
  EXPECT_NE(complaint([&] { opt_.expect_question(" \n", {}); }), "");
  EXPECT_NE(complaint([&] { opt_.expect_question("\xFF", {}); }), "");
  EXPECT_EQ(complaint([&] { opt_.expect_question("?", {}); }), "");
  EXPECT_THAT(complaint([&] { opt_.match_ids("a", {}); }, ErrorKind::kUnsupported), HasSubstr("ITM"));
  EXPECT_THAT(complaint([&] { opt_.embedding_ids("a", 0); }, ErrorKind::kUnsupported), HasSubstr("ITC"));
}

}  // namespace
}  // namespace blip::test
