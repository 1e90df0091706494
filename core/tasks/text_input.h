#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/tasks/task_types.h"
#include "core/text/tokenizer.h"

namespace blip {

// Users' texts as the original prepares them: cleaned, tokenised, cut at max_tokens; [CLS] first, [SEP] last.
std::vector<std::int64_t> caption_ids(const Tokenizer& tokenizer, const std::string& text, std::int64_t max_tokens);
std::vector<std::int64_t> question_ids(const Tokenizer& tokenizer, const std::string& question,
                                       std::int64_t max_tokens);

// The same ids with `first` at position 0.
std::vector<std::int64_t> with_first(std::vector<std::int64_t> ids, FirstToken first, const SpecialTokens& special);

// Whether a model can be asked with these texts, whose ids are those of the same place. Throws Error(kInvalidArgument)
// that names the one which is not UTF-8, or has no word in it; `what` is the kind of text ("question").
void expect_texts(const std::string& what, std::span<const std::string> texts,
                  std::span<const std::vector<std::int64_t>> ids);
void expect_utf8(const std::string& what, const std::string& text);

}  // namespace blip
