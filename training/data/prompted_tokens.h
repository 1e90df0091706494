#pragma once

#include <cstdint>
#include <vector>

#include "core/text/language_tokenizer.h"
#include "training/data/text_lines.h"

namespace blip {

// A text as OPT learns it: "</s>", prompt, text, and the id of "\n", which ends it.
struct PromptedTokens {
  std::vector<std::int64_t> ids;
  std::int64_t prompt_tokens = 0;  // leading ids without a loss: "</s>" and the prompt; 0 without a prompt
};

// At most `max_tokens` ids (0 = all): the rest is cut off, the end with it. Throws
// Error(kInvalidData) naming the item when its prompt leaves no room for a token of its text.
PromptedTokens prompted_tokens(const PromptedText& item, const LanguageTokenizer& tokenizer, std::int64_t max_tokens);

}  // namespace blip
