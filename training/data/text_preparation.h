#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/tokenizer.h"
#include "training/data/dataset.h"

namespace blip {

// How a task cleans and cuts its texts.
struct TextOptions {
  bool question = false;         // cleaned as a question, else as a caption
  std::int64_t max_words = 30;   // at least 1
  std::int64_t max_tokens = 30;  // [CLS] and [SEP] included; 0 = all
  std::string prompt;            // written before every text, not cleaned; no loss on its tokens
  bool answers = false;          // VQA: samples must have answers
  bool pairs = false;            // NLVR2: samples must have a second picture and a label
  void validate() const;         // throws Error(kInvalidArgument)
};

// The original's choices for "pretrain", "caption" (with the prompt "a picture of "), "retrieval", "vqa", "nlvr2".
// Throws Error(kInvalidArgument) for another task.
TextOptions text_options(std::string_view task);

struct PreparedText {
  std::vector<std::int64_t> ids;                   // [CLS] … [SEP]
  std::vector<std::vector<std::int64_t>> answers;  // each [CLS] … [SEP], whole, not cleaned (as in the original)
};

// Brings the texts of samples into token ids. Immutable; safe to share.
class TextPreparation {
 public:
  TextPreparation(Tokenizer tokenizer, TextOptions options);

  const Tokenizer& tokenizer() const noexcept { return tokenizer_; }
  const TextOptions& options() const noexcept { return options_; }
  std::int64_t prompt_tokens() const noexcept { return prompt_tokens_; }  // [CLS] included, 0 without a prompt

  // Throws Error(kInvalidData) naming the sample: nothing is left of its text, no answers, an answer without tokens.
  PreparedText prepare(const Sample& sample) const;

 private:
  Tokenizer tokenizer_;
  TextOptions options_;
  std::int64_t prompt_tokens_ = 0;
};

}  // namespace blip
