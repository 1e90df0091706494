#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace blip {

// The words of a text as the full-text index cuts them, roughly: runs of letters, digits and non-ASCII characters. At
// most the first 64.
std::vector<std::string> words_of(std::string_view text);

// FTS5 queries that find texts with all, or with any, of the words, whatever else is in `text`. Empty when there is no
// word in it.
std::string all_words_query(std::string_view text);
std::string any_word_query(std::string_view text);

}  // namespace blip
