#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "training/synth/scene_facts.h"
#include "training/synth/words.h"

namespace blip::synth::test {

// The words of a text, marks dropped.
inline std::vector<std::string> words_of(std::string text) {
  for (char& c : text)
    if (c == '?') c = ' ';
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// A listener who was told the scene: answers a question after what was said before it, from the objects and the words
// alone.
class Listener {
 public:
  explicit Listener(const SceneFacts& facts) : facts_(facts) {}

  // "" for a question that has no answer, or more than one.
  std::string answer(const std::string& question) {
    const auto words = words_of(question);
    const bool elliptic = words[0] == "and" || (words[0] == "what" && words[1] == "about");
    if (!elliptic) kind_ = kind_of_question(question, words);
    const bool pronoun = std::any_of(words.begin(), words.end(),
                                     [](const std::string& w) { return w == "it" || w == "they" || w == "them"; });
    if (kind_ == "background") return forget(std::string(word(facts_.background)));
    if (kind_ == "whether") return forget(whether(words));
    std::vector<const Group*> meant;
    if (pronoun) {
      if (it_ == nullptr) return "";
      meant = {it_};
    } else {
      meant = named(words);
    }
    if (kind_ == "exist") {
      it_ = meant.empty() ? nullptr : meant[0];
      return meant.empty() ? "no" : "yes";
    }
    if (kind_ == "count") {
      int sum = 0;
      for (const Group* group : meant) sum += group->count();
      it_ = meant.size() == 1 && question != "how many shapes are there?" ? meant[0] : nullptr;
      return std::to_string(sum);
    }
    if (meant.size() != 1) return "";
    it_ = meant[0];
    if (kind_ == "beside") return beside(*it_, relation_in(question));
    return kind_ == "color"   ? std::string(word(it_->color))
           : kind_ == "shape" ? std::string(word(it_->shape))
                              : std::string(word(it_->size));
  }

 private:
  static std::string kind_of_question(const std::string& question, const std::vector<std::string>& words) {
    if (question == "what color is the background?") return "background";
    if (words[0] == "how") return "count";
    if (question.find(" or ") != std::string::npos) return "size";
    if (words[0] == "what" && (words[1] == "color" || words[1] == "shape")) return words[1];
    if (words[1] == "there") return "exist";
    return words[0] == "what" ? "beside" : "whether";
  }

  static Relation relation_in(const std::string& question) {
    for (int i = 0; i < 4; ++i)
      if (question.find(phrase(static_cast<Relation>(i))) != std::string::npos) return static_cast<Relation>(i);
    ADD_FAILURE() << question;
    return {};
  }

  // The groups that the words fit. "or" begins the choice of a question for size.
  std::vector<const Group*> named(const std::vector<std::string>& words) const {
    std::vector<const Group*> fitting;
    const auto end = std::find(words.begin(), words.end(), "or");
    for (const Group& group : facts_.groups) {
      bool fits = true;
      for (auto w = words.begin(); w != end; ++w) {
        if (const auto color = color_of(*w)) fits = fits && *color == group.color;
        if (const auto shape = shape_of(*w)) fits = fits && *shape == group.shape;
        if (const auto shape = plural_shape_of(*w)) fits = fits && *shape == group.shape;
        if (const auto size = size_of(*w); size && end == words.end()) fits = fits && *size == group.size;
      }
      if (fits) fitting.push_back(&group);
    }
    return fitting;
  }

  std::string whether(const std::vector<std::string>& words) const {
    std::string text;
    for (const auto& w : words) text += w + " ";
    const Relation relation = relation_in(text);
    const auto middle = text.find(phrase(relation));
    const auto first = named(words_of(text.substr(0, middle))), second = named(words_of(text.substr(middle)));
    if (first.size() != 1 || second.size() != 1) return "";
    return separation(relation, *first[0], *second[0]) > 0 ? "yes" : "no";
  }

  std::string beside(const Group& base, Relation relation) {
    const Group* found = nullptr;
    for (const Group& group : facts_.groups) {
      if (&group == &base || separation(relation, group, base) <= 0) continue;
      if (found != nullptr) return "";
      found = &group;
    }
    it_ = found;
    return found == nullptr ? "" : std::string(word(found->color)) + " " + std::string(word(found->shape));
  }

  std::string forget(std::string answer) {
    it_ = nullptr;
    return answer;
  }

  const SceneFacts& facts_;
  std::string kind_;
  const Group* it_ = nullptr;
};

}  // namespace blip::synth::test
