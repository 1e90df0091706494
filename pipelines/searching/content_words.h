#pragma once

#include <string>
#include <vector>

namespace blip {

// The full-text query of a search's texts: any of their words, in quotes, but for those that say nothing of a picture
// ("a", "there", "with", …). Captions that hold many and rare ones come first. Empty when no word is left.
std::string content_words(const std::vector<std::string>& texts);
// The same words of one text, lower case, in order, as often as they occur.
std::vector<std::string> content_word_sequence(const std::string& text);

}  // namespace blip
