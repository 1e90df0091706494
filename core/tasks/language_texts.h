#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/tasks/task_texts.h"
#include "core/text/language_tokenizer.h"

namespace blip {

// Texts of BLIP-2's language models, as LAVIS prepares them. OPT goes on from the prompt behind the picture's soft
// prompts, T5 reads the prompt and answers. max_length and min_length count what is generated, its end included, as
// LAVIS counts min_length.
class LanguageTexts final : public TaskTexts {
 public:
  LanguageTexts(const Checkpoint& checkpoint, const LanguageTokenizer& tokenizer);  // borrows both

  DecodePlan plan_caption(const CaptionOptions& options, std::size_t frames) const override;
  DecodePlan plan_answer(const std::string& question, const AnswerOptions& options, std::size_t frames) const override;
  void expect_question(const std::string& question, const DecodePlan& plan) const override;
  std::string caption_text(const DecodePlan& plan, const GeneratedSequence& sequence) const override;
  std::string answer_text(const GeneratedSequence& sequence) const override;
  Ids told_ids(const GeneratedSequence& sequence) const override;
  Ids answer_ids(const DecodePlan& plan, const std::string& answer) const override;
  Ids match_ids(const std::string& text, const MatchOptions& options) const override;  // throws kUnsupported
  Ids embedding_ids(const std::string& text, std::int64_t max_tokens) const override;  // throws kUnsupported

 private:
  bool is_opt() const;
  std::int64_t room_for_prompts(std::size_t frames, const GenerationOptions& generation) const;
  DecodePlan plan(Ids prompt, const GenerationOptions& generation) const;

  const Checkpoint& checkpoint_;
  const LanguageTokenizer& tokenizer_;
};

}  // namespace blip
