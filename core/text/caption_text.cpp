#include "core/text/caption_text.h"

#include <utf8proc.h>

#include <vector>

#include "core/text/lower_case.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

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
  std::vector<char32_t> marked = code_points(lower_case(text));
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
  for (const char32_t c : code_points(lower_case(text))) {
    if (!is_removed_mark(c)) append_utf8(result, c);
  }
  result.erase(result.find_last_not_of(' ') + 1);
  return first_words(result, max_words);
}

}  // namespace blip
