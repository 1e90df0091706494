#include "core/index/word_query.h"

#include <cctype>

namespace blip {
namespace {

constexpr std::size_t kMostWords = 64;

bool belongs_to_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0;
}

std::string quoted_words(std::string_view text, std::string_view between) {
  std::string query;
  for (const std::string& word : words_of(text)) {
    if (!query.empty()) query += between;
    query += '"' + word + '"';
  }
  return query;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size() && words.size() < kMostWords;) {
    std::size_t end = at;
    while (end < text.size() && belongs_to_word(text[end])) ++end;
    if (end > at) words.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::string all_words_query(std::string_view text) {
  return quoted_words(text, " ");
}

std::string any_word_query(std::string_view text) {
  return quoted_words(text, " OR ");
}

}  // namespace blip
