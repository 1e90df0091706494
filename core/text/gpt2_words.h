#pragma once

#include <string_view>
#include <vector>

namespace blip {

// Cuts a text into the words within which GPT-2's byte-level BPE merges, by its pattern
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// Together the words are the text; they are views into it. Malformed bytes count as marks.
std::vector<std::string_view> gpt2_words(std::string_view text);

}  // namespace blip
