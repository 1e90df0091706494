#pragma once

#include <string>
#include <vector>

namespace blip {

// The full-text query of a search's texts: any of their words, in quotes, but for those that say nothing of a picture
// ("a", "there", "with", …). Captions that hold many and rare ones come first. Empty when no word is left.
std::string content_words(const std::vector<std::string>& texts);
// The same words, lower case, each once, in the order in which they occur.
std::vector<std::string> content_word_list(const std::vector<std::string>& texts);

}  // namespace blip
