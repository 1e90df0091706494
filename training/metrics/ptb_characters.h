#pragma once

#include <cstddef>
#include <string_view>

namespace blip::ptb {

// What the tokenizer takes characters for. It reads UTF-16, so that nothing above U+FFFF is anything to it.

bool is_letter(char32_t c);  // combining marks of most scripts and the soft hyphen included
bool is_digit(char32_t c);
bool is_blank(char32_t c);
bool is_symbol(char32_t c);              // stands for itself, as % or ©
bool is_apostrophe(char32_t c);          // ' and ’
bool is_apostrophe_in_word(char32_t c);  // ` and ‘ too

constexpr bool is_ascii_upper(char32_t c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_ascii_letter(char32_t c) {
  return is_ascii_upper(c) || (c >= 'a' && c <= 'z');
}
constexpr bool is_ascii_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_ascii_word(char32_t c) {
  return is_ascii_letter(c) || is_ascii_digit(c);
}
constexpr char32_t ascii_lower(char32_t c) {
  return is_ascii_upper(c) ? c + ('a' - 'A') : c;
}
constexpr bool is_one_of(char32_t c, std::u32string_view set) {
  return set.find(c) != std::u32string_view::npos;
}

// A text and a place in it that may lie behind its end, where there are line ends.
class Text {
 public:
  explicit Text(std::u32string_view characters) : characters_(characters) {}
  std::size_t size() const { return characters_.size(); }
  char32_t operator[](std::size_t at) const { return at < characters_.size() ? characters_[at] : U'\n'; }
  std::u32string_view part(std::size_t begin, std::size_t end) const { return characters_.substr(begin, end - begin); }
  // Whether `word`, in lower case, is at this place, in whatever case.
  bool has(std::size_t at, std::string_view word) const {
    for (std::size_t i = 0; i < word.size(); ++i)
      if (ascii_lower((*this)[at + i]) != static_cast<unsigned char>(word[i])) return false;
    return true;
  }
  template <class Predicate>
  std::size_t skip(std::size_t at, const Predicate& is) const {
    while (at < size() && is(characters_[at])) ++at;
    return at;
  }
  // Rules that may look far and find nothing look no farther than this, so that no text takes long.
  template <class Predicate>
  std::size_t skip_within_reach(std::size_t at, const Predicate& is) const {
    constexpr std::size_t kReach = 1000;
    const std::size_t end = at + kReach;
    while (at < end && at < size() && is(characters_[at])) ++at;
    return at;
  }

 private:
  std::u32string_view characters_;
};

}  // namespace blip::ptb
