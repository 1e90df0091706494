#pragma once

#include <string>

namespace blip {

// Removes blanks before marks and contractions as transformers' clean_up_tokenization_spaces does: " ," -> ",",
// " 's" -> "'s", " ' " -> "'".
void clean_up_spaces(std::string& text);

}  // namespace blip
