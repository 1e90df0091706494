#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/language_tokenizer.h"
#include "core/text/tokenizer.h"
#include "training/data/dataset.h"
#include "training/data/random_stream.h"

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

// The original's choices for "pretrain", "caption" (with the prompt "a picture of "), "retrieval", "vqa", "nlvr2", and
// LAVIS' for "blip2-stage1" and "blip2-stage2".
// Throws Error(kInvalidArgument) for another task.
TextOptions text_options(std::string_view task);

struct PreparedText {
  std::vector<std::int64_t> ids;   // [CLS] … [SEP]; OPT "</s>" … "\n"; T5 … "</s>", what its encoder reads
  std::int64_t prompt_tokens = 0;  // OPT: leading ids without a loss
  std::vector<std::vector<std::int64_t>> answers;  // each [CLS] … [SEP], whole, not cleaned (as in the original); T5:
                                                   // the one text that its decoder writes
};

// Brings the texts of samples into token ids. Immutable; safe to share.
class TextPreparation {
 public:
  TextPreparation(Tokenizer tokenizer, TextOptions options);
  // For a language model. A sample without a prompt of its own takes options.prompt; T5's encoder reads the prompt or,
  // without one, a random part of the text, whose rest the decoder writes (arXiv 2301.12597, section 3.2).
  TextPreparation(std::shared_ptr<const LanguageTokenizer> tokenizer, TextOptions options);

  bool is_of_language_model() const noexcept { return language_tokenizer_ != nullptr; }
  TokenBatch pad(const std::vector<std::vector<std::int64_t>>& texts) const;
  const TextOptions& options() const noexcept { return options_; }
  std::int64_t prompt_tokens() const noexcept { return prompt_tokens_; }  // [CLS] included, 0 without a prompt

  // Throws Error(kInvalidData) naming the sample: nothing is left of its text, no answers, an answer without tokens.
  PreparedText prepare(const Sample& sample, RandomStream& random) const;

 private:
  PreparedText prepare_prompted(const Sample& sample, RandomStream& random) const;

  std::optional<Tokenizer> tokenizer_;
  std::shared_ptr<const LanguageTokenizer> language_tokenizer_;
  TextOptions options_;
  std::int64_t prompt_tokens_ = 0;
};

}  // namespace blip
