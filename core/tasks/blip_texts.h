#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/tasks/task_texts.h"
#include "core/text/tokenizer.h"

namespace blip {

// BLIP's texts, as the original code prepares them: [DEC] begins what is written, [ENC] what is read with a picture.
class BlipTexts : public TaskTexts {
 public:
  BlipTexts(const Checkpoint& checkpoint, const Tokenizer& tokenizer)
      : checkpoint_(checkpoint), tokenizer_(tokenizer) {}  // borrows both

  DecodePlan plan_caption(const CaptionOptions& options, std::size_t frames) const override;
  DecodePlan plan_answer(const std::string& question, const AnswerOptions& options, std::size_t frames) const override;
  void expect_question(const std::string& question, const DecodePlan& plan) const override;
  std::string caption_text(const DecodePlan& plan, const GeneratedSequence& sequence) const override;
  std::string answer_text(const GeneratedSequence& sequence) const override;
  Ids told_ids(const GeneratedSequence& sequence) const override { return sequence.ids; }
  Ids answer_ids(const DecodePlan& plan, const std::string& answer) const override;
  Ids match_ids(const std::string& text, const MatchOptions& options) const override;
  Ids embedding_ids(const std::string& text, std::int64_t max_tokens) const override;

 protected:
  const Tokenizer& tokenizer() const { return tokenizer_; }
  // A caption that begins with `prompt`, which ends without [SEP].
  DecodePlan caption_from(const std::string& prompt, const GenerationOptions& generation) const;

 private:
  const Checkpoint& checkpoint_;
  const Tokenizer& tokenizer_;
};

}  // namespace blip
