#pragma once

#include <string>
#include <vector>

namespace blip {

// The words of a search by which a caption answers it, whatever ITM makes of a text that says only a part of what is to
// be seen ("a green heart" where the caption has "a large green heart left of four small red hearts").
class CaptionWords {
 public:
  CaptionWords() = default;  // no text holds them
  // `wanted`: texts whose words (content_words.h) must all occur; `unwanted`: of none of these may all words occur.
  CaptionWords(const std::vector<std::string>& wanted, const std::vector<std::string>& unwanted);

  // Singular and plural are the same, letters' case does not count, order does not either.
  bool held_by(const std::string& text) const;
  // Whether the words of each wanted text follow each other in `text` as they do there: "a purple triangle", but not
  // "a purple cross above a triangle".
  bool phrases_in(const std::string& text) const;

 private:
  std::vector<std::string> wanted_;                // sorted
  std::vector<std::vector<std::string>> phrases_;  // of each wanted text, in order
  std::vector<std::vector<std::string>> unwanted_;
};

}  // namespace blip
