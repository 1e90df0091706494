#pragma once

#include <cstddef>

#include "training/metrics/ptb_characters.h"

namespace blip::ptb {

// What a rule finds at a place: characters it looked at, by which the longest rule wins, and those that make the token.
struct Match {
  std::size_t seen = 0, taken = 0;
};

// The token that begins at `at`, which is no blank: of all rules the one that sees most, of equal ones the first.
// Nothing taken: the character belongs to no token.
Match longest_match(const Text& text, std::size_t at);

// The families of rules; ptb_rules.cpp puts them together.
Match word_match(const Text& text, std::size_t at);     // words, contractions, hyphenated words, words with apostrophes
Match stop_match(const Text& text, std::size_t at);     // abbreviations and acronyms, with their full stop
Match number_match(const Text& text, std::size_t at);   // numbers, dates, fractions, telephone numbers, money
Match address_match(const Text& text, std::size_t at);  // addresses of pages and mail, @names, #tags, markup
Match sign_match(const Text& text, std::size_t at);     // marks, quotes, brackets, smileys, symbols

// The end of a word of letters and digits that begins with a letter; . ! ? may join such words. `at` where none begins.
std::size_t word_end(const Text& text, std::size_t at);

// Keeps the better of two matches.
inline void keep_longer(Match& best, const Match& other) {
  if (other.seen > best.seen) best = other;
}
inline Match whole(std::size_t begin, std::size_t end) {
  return {end - begin, end - begin};
}

}  // namespace blip::ptb
