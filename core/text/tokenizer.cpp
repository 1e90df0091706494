#include "core/text/tokenizer.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/text/basic_tokenizer.h"
#include "core/text/decoded_text.h"
#include "core/text/token_padding.h"

namespace blip {

Tokenizer::Tokenizer(Vocabulary vocabulary) : vocabulary_(std::make_shared<const Vocabulary>(std::move(vocabulary))) {
  pieces_ = std::make_shared<const WordPiece>(*vocabulary_);
  const SpecialTokens& s = vocabulary_->special();
  for (const std::int64_t id : {s.pad, s.unk, s.cls, s.sep, s.mask}) {
    special_names_.emplace_back(vocabulary_->token(id));
  }
}

std::vector<std::int64_t> Tokenizer::encode(std::string_view text, EncodeOptions options) const {
  if (options.max_length < 0 || options.max_length == 1) {
    throw Error(ErrorKind::kInvalidArgument, "a text of at most " + std::to_string(options.max_length) +
                                                 " tokens has no room for [CLS] and [SEP]; give 2 or more, or 0");
  }
  const SpecialTokens& special = vocabulary_->special();
  const std::size_t room =
      options.max_length == 0 ? static_cast<std::size_t>(-1) : static_cast<std::size_t>(options.max_length - 1);
  std::vector<std::int64_t> ids;
  ids.reserve(std::min(room, text.size() / 3) + 2);
  ids.push_back(special.cls);
  BasicTokenizer words(text, special_names_);
  for (BasicWord word; ids.size() < room && words.next(word);) pieces_->append_ids(word, ids);
  if (ids.size() > room) ids.resize(room);
  ids.push_back(special.sep);
  return ids;
}

TokenBatch Tokenizer::pad(std::span<const std::vector<std::int64_t>> texts, std::int64_t length) const {
  return pad_texts(texts, vocabulary_->special().pad, PaddingSide::kRight, length);
}

std::string Tokenizer::decode(std::span<const std::int64_t> ids, bool skip_special) const {
  const SpecialTokens& special = vocabulary_->special();
  std::string text;
  bool joinable = false;  // nothing is joined to the tokens added behind BERT's own, [DEC] and [ENC]
  for (const std::int64_t id : ids) {
    const std::string& token = vocabulary_->token(id);
    if (skip_special && vocabulary_->is_special(id)) continue;
    if (joinable && token.starts_with("##")) {
      text.append(token, 2);
      continue;
    }
    if (!text.empty()) text += ' ';
    text += token;
    joinable = id != special.decode && id != special.encode;
  }
  clean_up_spaces(text);
  return text;
}

}  // namespace blip
