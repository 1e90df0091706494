#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text/basic_tokenizer.h"
#include "core/text/vocabulary.h"

namespace blip {

// Cuts words into the pieces of a vocabulary, longest match first; pieces inside a word are listed as "##piece". Safe
// to share.
class WordPiece {
 public:
  explicit WordPiece(const Vocabulary& vocabulary);  // which must outlive this and keep its address of tokens

  // Appends the ids of the word's pieces to `ids`; [UNK] alone for a word of more than 100 code points or one that
  // cannot be cut.
  void append_ids(const BasicWord& word, std::vector<std::int64_t>& ids) const;

 private:
  struct PieceTable {
    std::unordered_map<std::string_view, std::int64_t> ids;
    std::size_t longest = 0;  // bytes
  };

  PieceTable first_, inner_;  // inner_ without its "##"
  std::int64_t unk_ = 0;
};

}  // namespace blip
