#include "training/metrics/ptb_abbreviations.h"
#include "training/metrics/ptb_rules.h"

namespace blip::ptb {
namespace {

// The end of U.S or a: single letters between full stops. `at` where a longer word begins.
std::size_t acronym_end(const Text& text, std::size_t at) {
  if (!is_ascii_letter(text[at])) return at;
  std::size_t end = at + 1;
  while (text[end] == '.' && is_ascii_letter(text[end + 1])) end += 2;
  return end;
}

// Whether what follows a single letter and its full stop begins a sentence: blanks, such a word, a blank.
bool sentence_follows(const Text& text, std::size_t at) {
  const std::size_t begin = text.skip(at, is_blank);
  std::size_t end = text.skip(begin, is_ascii_letter);
  if (text[end] == '.') ++end;
  return begin > at && is_blank(text[end]) && begins_sentence(text.part(begin, end));
}

Match acronym(const Text& text, std::size_t at) {
  const std::size_t stop = acronym_end(text, at);
  if (stop == at || text[stop] != '.') return {};
  if (stop == at + 1 && sentence_follows(text, stop + 1)) return {3, 1};
  return whole(at, stop + 1);
}

Match abbreviation(const Text& text, std::size_t at) {
  const std::size_t stop = text.skip(at, is_ascii_letter);
  if (stop == at || text[stop] != '.') return {};
  const bool before_number = is_digit(text[stop + 1]) || (is_blank(text[stop + 1]) && is_digit(text[stop + 2]));
  return is_abbreviation(text.part(at, stop), before_number) ? whole(at, stop + 1) : Match{};
}

Match degree(const Text& text, std::size_t at) {
  return text.has(at, "ph.d.") || text.has(at, "ed.d.") ? whole(0, 5) : Match{};
}

// Any word whose full stop has a comma or its like behind it.
Match stop_and_comma(const Text& text, std::size_t at) {
  const std::size_t stop = word_end(text, at);
  if (stop == at || text[stop] != '.' || !is_one_of(text[stop + 1], U",;:\u3001")) return {};
  return {stop + 2 - at, stop + 1 - at};
}

}  // namespace

Match stop_match(const Text& text, std::size_t at) {
  Match best;
  for (const auto rule : {acronym, abbreviation, degree, stop_and_comma}) keep_longer(best, rule(text, at));
  return best;
}

}  // namespace blip::ptb
