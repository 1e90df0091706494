#pragma once

#include <string>
#include <string_view>

namespace blip {

// A caption as metrics read it: words in lower case separated by single blanks, punctuation marks left out.
std::string metric_words(std::string_view text);

}  // namespace blip
