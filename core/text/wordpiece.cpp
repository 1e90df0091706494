#include "core/text/wordpiece.h"

#include <algorithm>

namespace blip {

WordPiece::WordPiece(const Vocabulary& vocabulary) : unk_(vocabulary.special().unk) {
  constexpr std::string_view kInnerMark = "##";
  for (std::int64_t id = 0; id < vocabulary.size(); ++id) {
    std::string_view piece = vocabulary.token(id);
    const auto add = [&](PieceTable& table) {
      table.ids.emplace(piece, id);
      table.longest = std::max(table.longest, piece.size());
    };
    add(first_);
    if (piece.size() > kInnerMark.size() && piece.starts_with(kInnerMark)) {
      piece.remove_prefix(kInnerMark.size());
      add(inner_);
    }
  }
}

void WordPiece::append_ids(const BasicWord& word, std::vector<std::int64_t>& ids) const {
  constexpr std::size_t kMostCharacters = 100;
  const std::size_t before = ids.size();
  const auto is_inside_character = [&](std::size_t position) {
    return position < word.text.size() && (static_cast<unsigned char>(word.text[position]) & 0xC0) == 0x80;
  };
  std::size_t begin = word.characters > kMostCharacters ? std::string_view::npos : 0;
  while (begin < word.text.size()) {
    const PieceTable& table = begin == 0 ? first_ : inner_;
    std::size_t length = std::min(word.text.size() - begin, table.longest);
    auto found = table.ids.end();
    for (; length > 0; --length) {
      if (is_inside_character(begin + length)) continue;
      found = table.ids.find(word.text.substr(begin, length));
      if (found != table.ids.end()) break;
    }
    if (length == 0) {
      begin = std::string_view::npos;
      break;
    }
    ids.push_back(found->second);
    begin += length;
  }
  if (begin == std::string_view::npos) {
    ids.resize(before);
    ids.push_back(unk_);
  }
}

}  // namespace blip
