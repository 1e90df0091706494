#include "pipelines/searching/caption_words.h"

#include <algorithm>

#include "pipelines/searching/content_words.h"

namespace blip {
namespace {

// "circles" -> "circle", "boxes" -> "box", "berries" -> "berry"; "glass" stays.
std::string singular(const std::string& word) {
  const auto ends = [&](const char* ending) { return word.size() > 3 && word.ends_with(ending); };
  if (ends("ies")) return word.substr(0, word.size() - 3) + "y";
  for (const char* hiss : {"ches", "shes", "sses", "xes", "zes"})
    if (ends(hiss)) return word.substr(0, word.size() - 2);
  return ends("s") && !ends("ss") && !ends("us") ? word.substr(0, word.size() - 1) : word;
}

// In the order of the text, as often as they occur.
std::vector<std::string> stems_in_order(const std::string& text) {
  std::vector<std::string> found;
  for (const std::string& word : content_word_sequence(text))
    if (word != "s" && word != "t") found.push_back(singular(word));  // what is left of "dog's" and "isn't"
  return found;
}

std::vector<std::string> stems(const std::vector<std::string>& texts) {
  std::vector<std::string> found;
  for (const std::string& text : texts)
    for (std::string& word : stems_in_order(text)) found.push_back(std::move(word));
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace

CaptionWords::CaptionWords(const std::vector<std::string>& wanted, const std::vector<std::string>& unwanted)
    : wanted_(stems(wanted)) {
  for (const std::string& text : wanted) phrases_.push_back(stems_in_order(text));
  for (const std::string& text : unwanted)
    if (auto words = stems({text}); !words.empty()) unwanted_.push_back(std::move(words));
}

bool CaptionWords::phrases_in(const std::string& text) const {
  const std::vector<std::string> words = stems_in_order(text);
  return !wanted_.empty() && std::all_of(phrases_.begin(), phrases_.end(), [&](const auto& phrase) {
    return std::search(words.begin(), words.end(), phrase.begin(), phrase.end()) != words.end() || phrase.empty();
  });
}

bool CaptionWords::held_by(const std::string& text) const {
  if (wanted_.empty()) return false;
  const std::vector<std::string> words = stems({text});
  const auto holds = [&words](const std::vector<std::string>& some) {
    return std::includes(words.begin(), words.end(), some.begin(), some.end());
  };
  return holds(wanted_) && std::none_of(unwanted_.begin(), unwanted_.end(), holds);
}

}  // namespace blip
