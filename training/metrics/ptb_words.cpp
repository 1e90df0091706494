#include <array>
#include <string_view>
#include <utility>

#include "training/metrics/ptb_rules.h"

namespace blip::ptb {
namespace {

bool is_letter_or_digit(char32_t c) {
  return is_letter(c) || is_digit(c);
}

// The length of 's, 'm, 'd, 're, 've or 'll, or 0.
std::size_t auxiliary_length(const Text& text, std::size_t at) {
  if (!is_apostrophe(text[at])) return 0;
  for (const std::string_view two : {"re", "ve", "ll"})
    if (text.has(at + 1, two)) return 3;
  return is_one_of(ascii_lower(text[at + 1]), U"msd") ? 2 : 0;
}

bool is_negation(const Text& text, std::size_t at) {  // n't
  return ascii_lower(text[at]) == 'n' && is_apostrophe_in_word(text[at + 1]) && ascii_lower(text[at + 2]) == 't';
}

// Words that are two, by the length of the second.
Match assimilation(const Text& text, std::size_t at) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 8> kWords = {
      {{"cannot", 3}, {"'twas", 3}, {"'tis", 2}, {"gonna", 2}, {"gotta", 2}, {"lemme", 2}, {"gimme", 2}, {"wanna", 2}}};
  for (const auto& [word, second] : kWords)
    if (text.has(at, word)) return {word.size(), word.size() - second};
  return {};
}

// A word, and the word before 's and its like or before n't.
Match plain_word(const Text& text, std::size_t at) {
  const std::size_t end = word_end(text, at);
  Match best = whole(at, end);
  if (end > at)
    if (const std::size_t length = auxiliary_length(text, end); length > 0) best.seen += length;
  const std::size_t letters = text.skip(at, is_ascii_letter);
  if (letters >= at + 2 && is_negation(text, letters - 1) && ascii_lower(text[letters - 2]) != 'n')
    keep_longer(best, {letters + 2 - at, letters - 1 - at});
  return best;
}

// 's and n't by themselves.
Match split_off(const Text& text, std::size_t at) {
  const auto ends = [&](std::size_t end) { return !is_ascii_letter(text[end]); };
  if (const std::size_t length = auxiliary_length(text, at); length > 0) {
    if (ends(at + length)) return {length + 1, length};
    if (text[at] != U'\'') return whole(0, length);  // ’s splits off whatever follows
  }
  if (is_negation(text, at) && ends(at + 3)) return {4, 3};
  return {};
}

bool is_vowel(char32_t c) {
  return is_one_of(c, U"aeiouyAEIOUY");
}

// Words that an apostrophe belongs to.
Match apostrophe_word(const Text& text, std::size_t at) {
  constexpr std::array<std::string_view, 9> kWords = {"cont'd.", "nor'easter", "c'mon", "e'er",   "s'mores",
                                                      "ev'ry",   "li'l",       "nat'l", "dunkin'"};
  Match best;
  for (const std::string_view word : kWords)
    if (text.has(at, word)) keep_longer(best, whole(0, word.size()));
  for (const std::string_view word : {"somethin'", "ol'", "cap'n", "c'est"})
    if (text.has(at, word)) keep_longer(best, whole(0, word.size()));
  const char32_t first = ascii_lower(text[at]);
  if (is_apostrophe(text[at])) {
    if (text.has(at + 1, "n")) keep_longer(best, whole(0, is_apostrophe(text[at + 2]) ? 3 : 2));
    for (const std::string_view word : {"em", "til", "till", "cause"})
      if (text.has(at + 1, word)) keep_longer(best, whole(0, 1 + word.size()));
    if (text[at + 1] >= '2' && text[at + 1] <= '9' && text.has(at + 2, "0s")) keep_longer(best, whole(0, 4));
    if (is_ascii_digit(text[at + 1]) && is_ascii_digit(text[at + 2]) && is_blank(text[at + 3]))
      keep_longer(best, {4, 3});
  } else if (is_one_of(first, U"ldj") && is_apostrophe(text[at + 1])) {
    keep_longer(best, whole(0, 2));
  } else if (first == 'y' && is_apostrophe(text[at + 1]) && is_letter(text[at + 2])) {
    keep_longer(best, {3, 2});
  }
  // B'Gosh: one capital letter, but not I or Y, before two letters.
  const bool one_letter = text[at] == 'n' || (is_ascii_upper(text[at]) && text[at] != 'I' && text[at] != 'Y');
  if (one_letter && is_apostrophe_in_word(text[at + 1])) {
    const std::size_t end = text.skip(at + 2, is_letter);
    if (end >= at + 4) keep_longer(best, whole(at, end));
  }
  // Shi'ite: vowels on both sides, or a capital letter behind.
  const std::size_t mark = text.skip(at, is_letter);
  if (mark >= at + 2 && is_vowel(text[mark - 1]) && is_apostrophe_in_word(text[mark]) &&
      (is_one_of(text[mark + 1], U"aeiou") || is_ascii_upper(text[mark + 1])))
    keep_longer(best, whole(at, text.skip(mark + 2, is_letter)));
  return best;
}

// The end of a part of a hyphenated word: letters and digits, perhaps with l', d' or o' before them.
std::size_t part_end(const Text& text, std::size_t at) {
  const bool prefixed = is_one_of(ascii_lower(text[at]), U"dol") && is_apostrophe_in_word(text[at + 1]) &&
                        is_letter_or_digit(text[at + 2]);
  return text.skip(prefixed ? at + 2 : at, is_letter_or_digit);
}

bool is_hyphen(char32_t c) {
  return is_one_of(c, U"-_\u058A\u2010\u2011");
}

Match hyphenated(const Text& text, std::size_t at) {
  std::size_t end = part_end(text, at);
  while (end > at && is_hyphen(text[end])) {
    const std::size_t next = part_end(text, end + 1);
    if (next == end + 1) break;
    end = next;
  }
  return whole(at, end);
}

// 1,000-foot and U.S.-based: commas and full stops in the first part.
Match hyphenated_number(const Text& text, std::size_t at) {
  if (!is_ascii_word(text[at])) return {};
  std::size_t end = text.skip_within_reach(at, [](char32_t c) { return is_ascii_word(c) || c == ',' || c == '.'; });
  const std::size_t first = end;
  while (text[end] == '-') {
    const std::size_t next = text.skip(end + 1, is_ascii_word);
    if (next == end + 1) break;
    end = next;
  }
  return end > first ? whole(at, end) : Match{};
}

// he/she, 1/2-inch: up to three words, each with up to two words behind hyphens.
Match slashed(const Text& text, std::size_t at) {
  const auto one = [&](std::size_t begin) {
    std::size_t end = text.skip(begin, is_ascii_word);
    for (int i = 0; i < 2 && end > begin && text[end] == '-' && is_ascii_letter(text[end + 1]); ++i)
      end = text.skip(end + 1, is_ascii_letter);
    return end;
  };
  std::size_t end = one(at);
  int slashes = 0;
  while (slashes < 2 && end > at && text[end] == '/' && is_ascii_word(text[end + 1])) {
    end = one(end + 1);
    ++slashes;
  }
  return slashes > 0 ? whole(at, end) : Match{};
}

// AT&T
Match company(const Text& text, std::size_t at) {
  std::size_t end = text.skip(at, is_ascii_upper);
  const std::size_t first = end;
  for (;;) {
    const std::size_t joint = text.has(end, "&amp;") ? 5 : is_one_of(text[end], U"&+") ? 1 : 0;
    if (joint == 0 || end == at || !is_ascii_upper(text[end + joint])) break;
    end = text.skip(end + joint, is_ascii_upper);
  }
  return end > first ? whole(at, end) : Match{};
}

Match special_word(const Text& text, std::size_t at) {
  Match best;
  for (const std::string_view word : {"c++", "c#", "f#", "pro-", "anti-", "c.d.s", "s&p-500", "s&ls", "-lrb-", "-rrb-",
                                      "-lcb-", "-rcb-", "-lsb-", "-rsb-"})
    if (text.has(at, word)) keep_longer(best, whole(0, word.size()));
  return best;
}

}  // namespace

std::size_t word_end(const Text& text, std::size_t at) {
  if (!is_letter(text[at])) return at;
  std::size_t end = text.skip(at, is_letter_or_digit);
  while (is_one_of(text[end], U".!?") && is_letter(text[end + 1])) end = text.skip(end + 1, is_letter_or_digit);
  return end;
}

Match word_match(const Text& text, std::size_t at) {
  Match best;
  for (const auto rule : {assimilation, plain_word, apostrophe_word, split_off, special_word, slashed, hyphenated,
                          hyphenated_number, company})
    keep_longer(best, rule(text, at));
  return best;
}

}  // namespace blip::ptb
