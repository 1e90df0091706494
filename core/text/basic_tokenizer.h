#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace blip {

// A lower-case word without accents, a single punctuation mark, or one of the names that are never split.
struct BasicWord {
  std::string_view text;       // valid until the next call of next()
  std::size_t characters = 0;  // code points
};

// Splits a text into words as BERT's uncased tokenizer does before WordPiece: control characters are dropped, CJK
// ideographs stand alone, letters become lower case one by one (a final sigma stays a sigma), accents (NFD, category
// Mn) go, every punctuation mark is a word. Malformed UTF-8 is dropped. Text and names must outlive the object. Not
// thread-safe; make one a text.
class BasicTokenizer {
 public:
  // never_split: names kept whole, letter case included, where they stand alone between blanks, such as "[SEP]".
  BasicTokenizer(std::string_view text, std::span<const std::string_view> never_split);

  bool next(BasicWord& word);  // false at the end of the text

 private:
  bool read_token();       // the next run between blanks, cleaned, into token_
  void normalise_token();  // lower case, no accents
  BasicWord cut_word();    // the next word of token_

  std::string_view text_;
  std::span<const std::string_view> never_split_;
  std::size_t position_ = 0;
  std::string token_, lowered_;
  std::size_t token_position_ = 0;
  bool token_is_ascii_ = true;
  bool token_is_whole_ = false;
  std::vector<std::int32_t> decomposed_;
};

}  // namespace blip
