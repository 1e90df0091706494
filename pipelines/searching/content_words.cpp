#include "pipelines/searching/content_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "core/text/lower_case.h"

namespace blip {
namespace {

constexpr std::array<std::string_view, 48> kStopWords = {
    "a",    "an",   "and",  "are", "as",    "at",   "be",    "by",    "can",  "do",   "does",    "for",
    "from", "has",  "have", "he",  "her",   "his",  "i",     "in",    "is",   "it",   "its",     "me",
    "my",   "of",   "on",   "or",  "photo", "she",  "show",  "some",  "that", "the",  "their",   "there",
    "they", "this", "to",   "was", "we",    "what", "where", "which", "who",  "with", "picture", "you"};

// Letters and digits belong to a word, and every byte of a letter outside ASCII.
bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::vector<std::string> content_word_sequence(const std::string& text) {
  std::vector<std::string> words;
  const std::string lower = lower_case(text);
  for (auto begin = lower.begin(); begin != lower.end();) {
    begin = std::find_if(begin, lower.end(), in_word);
    const auto end = std::find_if_not(begin, lower.end(), in_word);
    std::string word(begin, end);
    begin = end;
    if (word.empty() || std::find(kStopWords.begin(), kStopWords.end(), word) != kStopWords.end()) continue;
    words.push_back(std::move(word));
  }
  return words;
}

std::string content_words(const std::vector<std::string>& texts) {
  std::vector<std::string> words;
  for (const std::string& text : texts)
    for (std::string& word : content_word_sequence(text))
      if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
  std::string query;
  for (const std::string& word : words) query += (query.empty() ? "\"" : " OR \"") + word + "\"";
  return query;
}

}  // namespace blip
