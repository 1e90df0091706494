#include "training/metrics/ptb_tokenizer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text/lower_case.h"
#include "core/text/utf8.h"
#include "training/metrics/ptb_rules.h"

namespace blip {
namespace {

using namespace ptb;

// What pycocoevalcap takes out. In lower case -lrb- is none of its brackets.
constexpr std::array<std::string_view, 12> kMarks = {"''", "'", "``", "`", ".", "?", "!", ",", ":", "-", "--", ";"};

// Entities of characters that belong to words or part them.
constexpr std::array<std::pair<std::string_view, char32_t>, 5> kEntities = {
    {{"&apos;", U'\''}, {"&quot;", U'"'}, {"&nbsp;", U' '}, {"&mdash;", U'\u2014'}, {"&ndash;", U'\u2013'}}};

std::u32string characters_of(std::string_view caption) {
  std::u32string characters;
  for (std::size_t position = 0; position < caption.size();) {
    const auto entity = std::find_if(kEntities.begin(), kEntities.end(), [&](const auto& one) {
      return caption.compare(position, one.first.size(), one.first) == 0;
    });
    if (entity == kEntities.end()) {
      characters += next_code_point(caption, position);
    } else {
      characters += entity->second;
      position += entity->first.size();
    }
  }
  return characters;
}

// Signs that are written otherwise.
std::u32string_view written(std::u32string_view token) {
  if (token == U"&amp;") return U"&";
  if (token == U"&lt;") return U"<";
  if (token == U"&gt;") return U">";
  if (token.size() != 1) return token;
  switch (token[0]) {
    case U'¢':
      return U"cents";
    case U'£':
      return U"#";
    case U'¤':
    case U'€':
    case U'\u0080':
    case U'\u20A0':
      return U"$";
    case U'¼':
      return U"1/4";
    case U'½':
      return U"1/2";
    case U'¾':
      return U"3/4";
    case U'⅓':
      return U"1/3";
    case U'⅔':
      return U"2/3";
    default:
      return token;
  }
}

bool is_ellipsis(std::u32string_view token) {
  return token.size() >= 3 && token.front() == '.' &&
         std::all_of(token.begin(), token.end(), [](char32_t c) { return c == '.' || c == ' ' || c == 0xA0; });
}

// Dashes, quotes and ellipses in all their forms.
bool is_mark_sign(std::u32string_view token) {
  if (is_ellipsis(token)) return true;
  const bool hyphens = std::all_of(token.begin(), token.end(), [](char32_t c) { return c == '-'; });
  if (hyphens) return token.size() <= 4;
  return token.size() <= 2 && std::all_of(token.begin(), token.end(), [](char32_t c) {
           return is_apostrophe_in_word(c) ||
                  is_one_of(
                      c,
                      U"\"\u201C\u201D\u0093\u0094\u00AB\u00BB\u2039\u203A\u2013\u2014\u2015\u0096\u0097\u2026\u0085");
         });
}

// Whether the token is 's, n't or the like, whose apostrophe becomes the plain one.
bool is_split_off(std::u32string_view token) {
  if (token.size() == 2 || token.size() == 3)
    return is_apostrophe(token[0]) && is_one_of(ascii_lower(token[1]), U"msdrvl") && token[1] < 128;
  return false;
}

std::string utf8_of(std::u32string_view token) {
  const bool negation = token.size() == 3 && ascii_lower(token[0]) == 'n' && ascii_lower(token[2]) == 't';
  const bool plain = is_split_off(token) || (negation && is_apostrophe(token[1]));
  std::string text;
  for (const char32_t c : token) {
    if (c == U'(')
      text += "-lrb-";
    else if (c == U')')
      text += "-rrb-";
    else if (c == U'[' && token.size() == 1)
      text += "-lsb-";
    else if (c == U']' && token.size() == 1)
      text += "-rsb-";
    else if (c == U'{')
      text += "-lcb-";
    else if (c == U'}')
      text += "-rcb-";
    else if (c == U' ')
      append_utf8(text, 0xA0);
    else if (plain && is_apostrophe(c))
      text += '\'';
    else if (negation && is_apostrophe_in_word(c))
      text += '`';
    else if (c != 0xAD)
      append_utf8(text, c);
  }
  return lower_case(text);
}

}  // namespace

std::string ptb_words(std::string_view caption) {
  const std::u32string characters = characters_of(caption);
  const Text text(characters);
  std::string words;
  for (std::size_t at = 0; at < text.size();) {
    const Match match = is_blank(text[at]) ? Match{} : longest_match(text, at);
    const std::u32string_view token = text.part(at, at + match.taken);
    at += std::max<std::size_t>(1, match.taken);
    if (token.empty() || is_mark_sign(token)) continue;
    const std::string word = utf8_of(written(token));
    if (word.empty() || std::find(kMarks.begin(), kMarks.end(), word) != kMarks.end()) continue;
    if (!words.empty()) words += ' ';
    words += word;
  }
  return words;
}

}  // namespace blip
