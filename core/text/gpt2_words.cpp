#include "core/text/gpt2_words.h"

#include <array>
#include <cstddef>

#include "core/text/letters.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

enum class Kind { kLetter, kNumber, kMark, kSpace };

Kind kind_at(std::string_view text, std::size_t& position) {
  const char32_t c = next_code_point(text, position);
  if (is_letter(c)) return Kind::kLetter;
  if (is_number(c)) return Kind::kNumber;
  return is_white_space(c) ? Kind::kSpace : Kind::kMark;
}

// Behind the run of one kind that begins at `position`; `last` is where its last code point begins.
std::size_t end_of_run(std::string_view text, std::size_t position, Kind kind, std::size_t& last) {
  for (std::size_t next = position; position < text.size(); position = next) {
    if (kind_at(text, next) != kind) break;
    last = position;
  }
  return position;
}

std::size_t contraction_at(std::string_view text, std::size_t position) {
  constexpr std::array<std::string_view, 7> kContractions{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};
  for (const std::string_view contraction : kContractions) {
    if (text.substr(position).starts_with(contraction)) return contraction.size();
  }
  return 0;
}

// Behind the word that begins at `begin`.
std::size_t end_of_word(std::string_view text, std::size_t begin) {
  if (const std::size_t length = contraction_at(text, begin); length != 0) return begin + length;
  std::size_t last = begin, next = begin;
  Kind kind = kind_at(text, next);
  if (text[begin] == ' ' && next < text.size()) {
    const std::size_t behind_blank = next;
    if (const Kind following = kind_at(text, next); following != Kind::kSpace) {
      return end_of_run(text, behind_blank, following, last);
    }
  }
  const std::size_t end = end_of_run(text, begin, kind, last);
  // White space leaves its last character to the word behind it, unless it is the only one.
  return kind == Kind::kSpace && end < text.size() && last > begin ? last : end;
}

}  // namespace

std::vector<std::string_view> gpt2_words(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = end_of_word(text, begin);
    words.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

}  // namespace blip
