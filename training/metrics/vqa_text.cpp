#include "training/metrics/vqa_text.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "core/text/lower_case.h"
#include "training/metrics/ngrams.h"

namespace blip {
namespace {

constexpr std::string_view kMarks = ";/[]\"{}()=+\\_-><@`,?!";
constexpr int kMostFullStops = 32;  // the original hands a flag over in the place of a count

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool has_comma_in_number(std::string_view text) {
  for (std::size_t i = 1; i + 1 < text.size(); ++i)
    if (text[i] == ',' && is_digit(text[i - 1]) && is_digit(text[i + 1])) return true;
  return false;
}

bool is_next_to_blank(std::string_view text, char mark) {
  return text.find(std::string{mark, ' '}) != std::string_view::npos ||
         text.find(std::string{' ', mark}) != std::string_view::npos;
}

// What people write without one of its apostrophes.
constexpr std::string_view kContractions =
    "ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've hasn't haven't he'd "
    "he'd've "
    "he's how'd how'll how's isn't it'd it'd've it'll ma'am mightn't mightn't've might've mustn't must've needn't "
    "not've o'clock oughtn't 'ow's'at shan't she'd've should've shouldn't shouldn't've somebody'd've somebody'll "
    "somebody's someone'd someone'd've someone'll someone's something'd something'd've something'll that's there'd "
    "there'd've there're there's they'd they'd've they'll they're they've 'twas wasn't we'd've we've weren't what'll "
    "what're what's what've when's where'd where's where've who'd who'd've who'll who's who've why'll why're why's "
    "won't would've wouldn't wouldn't've y'all y'all'll y'all'd've you'd you'd've you'll you're you've";

std::map<std::string, std::string, std::less<>> make_replacements() {
  std::map<std::string, std::string, std::less<>> replacements;
  for (const std::string& contraction : split_words(kContractions))
    for (std::size_t at = contraction.find('\''); at != std::string::npos; at = contraction.find('\'', at + 1)) {
      std::string without = contraction;
      replacements[without.erase(at, 1)] = contraction;
    }
  replacements["somebody'd"] = "somebodyd";  // sic
  return replacements;
}

}  // namespace

std::string vqa_trimmed(std::string_view answer) {
  std::string text(answer);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  const std::size_t begin = text.find_first_not_of(" \r\f\v");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \r\f\v") - begin + 1);
}

std::string vqa_without_marks(std::string_view answer) {
  const bool in_number = has_comma_in_number(answer);
  std::array<bool, kMarks.size()> vanishes{};
  for (std::size_t i = 0; i < kMarks.size(); ++i) vanishes[i] = in_number || is_next_to_blank(answer, kMarks[i]);
  std::string marked;
  for (const char c : answer) {
    const std::size_t mark = c == ' ' ? std::string_view::npos : kMarks.find(c);
    if (mark == std::string_view::npos)
      marked += c;
    else if (!vanishes[mark])
      marked += ' ';
  }
  std::string text;
  int stops = 0;
  for (std::size_t i = 0; i < marked.size(); ++i) {
    const bool stays = i + 1 < marked.size() && is_digit(marked[i + 1]);
    if (marked[i] == '.' && !stays && stops < kMostFullStops)
      ++stops;
    else
      text += marked[i];
  }
  return text;
}

std::string vqa_words(std::string_view answer) {
  static const std::map<std::string, std::string, std::less<>> kReplacements = make_replacements();
  static const std::map<std::string, std::string, std::less<>> kNumbers = {
      {"none", "0"}, {"zero", "0"}, {"one", "1"},   {"two", "2"},   {"three", "3"}, {"four", "4"},
      {"five", "5"}, {"six", "6"},  {"seven", "7"}, {"eight", "8"}, {"nine", "9"},  {"ten", "10"}};
  std::string text;
  for (std::string& word : split_words(lower_case(answer))) {
    if (word == "a" || word == "an" || word == "the") continue;
    if (const auto number = kNumbers.find(word); number != kNumbers.end()) word = number->second;
    if (const auto right = kReplacements.find(word); right != kReplacements.end()) word = right->second;
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

}  // namespace blip
