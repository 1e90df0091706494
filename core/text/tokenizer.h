#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/token_batch.h"
#include "core/text/vocabulary.h"
#include "core/text/wordpiece.h"

namespace blip {

struct EncodeOptions {
  std::int64_t max_length = 0;  // ids kept, [CLS] and [SEP] included; 0 = all, else at least 2
};

// BERT's uncased tokenizer: the same ids as transformers' BertTokenizer, and its way back. Immutable and cheap to copy;
// safe to share.
//
// Names of special tokens written in a text ("[SEP]") become that token where they stand alone between blanks, letter
// case included, and plain text where they touch anything else: what the original's tokenizer does.
class Tokenizer {
 public:
  explicit Tokenizer(Vocabulary vocabulary);

  const Vocabulary& vocabulary() const noexcept { return *vocabulary_; }

  // [CLS] text [SEP]; truncation keeps the [SEP]. `text` is UTF-8, malformed bytes are dropped.
  // Throws Error(kInvalidArgument) for a max_length that has no room for [CLS] and [SEP].
  std::vector<std::int64_t> encode(std::string_view text, EncodeOptions options = {}) const;

  // Puts texts into one array, filled up with [PAD] to `length`, or to the longest text if `length` is 0.
  // Throws Error(kInvalidArgument) if a text is longer than `length`.
  TokenBatch pad(std::span<const std::vector<std::int64_t>> texts, std::int64_t length = 0) const;

  // The text of `ids`, pieces joined, blanks before marks and contractions removed as BERT does ("it ' s" -> "it's").
  // Throws Error(kInvalidArgument) for an id outside the vocabulary.
  std::string decode(std::span<const std::int64_t> ids, bool skip_special = true) const;

 private:
  std::shared_ptr<const Vocabulary> vocabulary_;
  std::shared_ptr<const WordPiece> pieces_;
  std::vector<std::string_view> special_names_;
};

}  // namespace blip
