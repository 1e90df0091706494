#include "training/data/prompted_tokens.h"

#include "core/base/error.h"

namespace blip {

PromptedTokens prompted_tokens(const PromptedText& item, const LanguageTokenizer& tokenizer, std::int64_t max_tokens) {
  PromptedTokens tokens;
  tokens.ids = tokenizer.encode(joined(item));
  tokens.ids.push_back(tokenizer.special().end);
  // The blanks between prompt and text belong to the text's first token.
  if (!item.prompt.empty()) {
    const auto last = item.prompt.find_last_not_of(" \t");
    const std::string prompt = last == std::string::npos ? std::string() : item.prompt.substr(0, last + 1);
    tokens.prompt_tokens = static_cast<std::int64_t>(tokenizer.encode(prompt).size());
  }
  const auto limit = static_cast<std::size_t>(max_tokens);
  if (max_tokens > 0 && tokens.ids.size() > limit) tokens.ids.resize(limit);
  if (tokens.prompt_tokens >= static_cast<std::int64_t>(tokens.ids.size()))
    throw Error(ErrorKind::kInvalidData, "'" + item.id + "' has a prompt of " + std::to_string(tokens.prompt_tokens) +
                                             " tokens, which leaves no room for its text in " +
                                             std::to_string(max_tokens));
  return tokens;
}

}  // namespace blip
