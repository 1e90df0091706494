#pragma once

#include <string_view>

namespace blip::ptb {

// Whether a word without its full stop, all ASCII letters, is an abbreviation, so that the stop belongs to it. Words
// that are abbreviations before a number only: `before_number`.
bool is_abbreviation(std::u32string_view word, bool before_number);

// Whether a word, capitalised, begins a sentence often enough that a single letter with a full stop before it ends one.
bool begins_sentence(std::u32string_view word);

}  // namespace blip::ptb
