#pragma once

#include <cstdint>
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

}  // namespace blip
