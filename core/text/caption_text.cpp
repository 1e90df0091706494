#include "core/text/caption_text.h"

#include <utf8proc.h>

#include <vector>

#include "core/text/utf8.h"

namespace blip {
namespace {

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> result;
  result.reserve(text.size());
  for (std::size_t position = 0; position < text.size();) result.push_back(next_code_point(text, position));
  return result;
}

bool is_cased(char32_t c) {
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL || category == UTF8PROC_CATEGORY_LT;
}

// Characters that Unicode's rule for the final sigma looks through (Case_Ignorable).
bool is_case_ignorable(char32_t c) {
  switch (c) {
    case '\'':
    case '.':
    case ':':
    case '^':
    case '`':
    case 0xB7:
    case 0x2018:
    case 0x2019:
    case 0x2024:
    case 0x2027:
      return true;
    default:
      break;
  }
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME || category == UTF8PROC_CATEGORY_CF ||
         category == UTF8PROC_CATEGORY_LM || category == UTF8PROC_CATEGORY_SK;
}

// A sigma that ends a word: a cased letter before it and none behind it.
bool is_final_sigma(const std::vector<char32_t>& text, std::size_t at) {
  std::size_t before = at;
  while (before > 0 && is_case_ignorable(text[before - 1])) --before;
  if (before == 0 || !is_cased(text[before - 1])) return false;
  std::size_t after = at + 1;
  while (after < text.size() && is_case_ignorable(text[after])) ++after;
  return after == text.size() || !is_cased(text[after]);
}

// Python's str.lower().
std::vector<char32_t> lower_case(const std::vector<char32_t>& text) {
  constexpr char32_t kCapitalSigma = 0x3A3, kSigma = 0x3C3, kFinalSigma = 0x3C2;
  constexpr char32_t kCapitalDottedI = 0x130, kCombiningDotAbove = 0x307;
  std::vector<char32_t> result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kCapitalSigma) {
      result.push_back(is_final_sigma(text, i) ? kFinalSigma : kSigma);
    } else if (text[i] == kCapitalDottedI) {
      result.push_back('i');
      result.push_back(kCombiningDotAbove);
    } else {
      result.push_back(static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(text[i]))));
    }
  }
  return result;
}

bool is_removed_mark(char32_t c) {
  return c < 128 && std::string_view(".!\"()*#:;~").find(static_cast<char>(c)) != std::string_view::npos;
}

// What \s matches in Python's regular expressions.
bool is_white_space(char32_t c) {
  if ((c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85) return true;
  if (c < 128) return false;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

std::string first_words(const std::string& text, std::size_t max_words) {
  std::size_t words = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' && ++words == max_words) return text.substr(0, i);
  }
  return max_words == 0 ? std::string() : text;
}

}  // namespace

std::string pre_caption(std::string_view text, std::size_t max_words) {
  std::vector<char32_t> marked = lower_case(code_points(text));
  for (char32_t& c : marked) {
    if (is_removed_mark(c)) c = ' ';
  }
  std::string result;
  for (std::size_t i = 0; i < marked.size();) {
    std::size_t end = i;
    while (end < marked.size() && is_white_space(marked[end])) ++end;
    if (end - i >= 2) {
      result += ' ';
      i = end;
    } else {
      append_utf8(result, marked[i++]);
    }
  }
  result.erase(result.find_last_not_of('\n') + 1);
  result.erase(result.find_last_not_of(' ') + 1);
  result.erase(0, result.find_first_not_of(' '));
  return first_words(result, max_words);
}

std::string pre_question(std::string_view text, std::size_t max_words) {
  std::string result;
  for (const char32_t c : lower_case(code_points(text))) {
    if (!is_removed_mark(c)) append_utf8(result, c);
  }
  result.erase(result.find_last_not_of(' ') + 1);
  return first_words(result, max_words);
}

}  // namespace blip
