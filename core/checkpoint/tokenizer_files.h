#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "core/checkpoint/blip2_config.h"

namespace blip {

// `folder` if it holds the tokenizer of such a language model: OPT's vocab.json and merges.txt, T5's spiece.model, or
// the same in a tokenizer.json. Empty if it holds none. Throws Error(kInvalidData) for the tokenizer of the other
// family, kNotFound for half of one.
std::filesystem::path find_language_tokenizer(const std::filesystem::path& folder, LanguageModelKind kind);

// The id of "\n" in OPT's tokenizer, which ends its texts; empty where the vocabulary lacks it. Throws
// Error(kInvalidData).
std::optional<std::int64_t> newline_token(const std::filesystem::path& folder);

}  // namespace blip
