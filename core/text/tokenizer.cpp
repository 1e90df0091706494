#include "core/text/tokenizer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/text/basic_tokenizer.h"

namespace blip {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  std::size_t read = text.find(from);
  if (read == std::string::npos) return;
  std::string result(text, 0, read);
  while (true) {
    result += to;
    read += from.size();
    const std::size_t next = text.find(from, read);
    result.append(text, read, next == std::string::npos ? next : next - read);
    if (next == std::string::npos) break;
    read = next;
  }
  text = std::move(result);
}

// The order matters: each rule sees what the ones before it left.
void clean_up(std::string& text) {
  using Rule = std::pair<std::string_view, std::string_view>;
  constexpr std::array<Rule, 10> kRules{Rule{" .", "."}, {" ?", "?"},     {" !", "!"},   {" ,", ","},
                                        {" ' ", "'"},    {" n't", "n't"}, {" 'm", "'m"}, {" 's", "'s"},
                                        {" 've", "'ve"}, {" 're", "'re"}};
  for (const auto& [from, to] : kRules) replace_all(text, from, to);
}

}  // namespace

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
  std::size_t longest = 0;
  for (const auto& ids : texts) longest = std::max(longest, ids.size());
  if (length != 0 && static_cast<std::int64_t>(longest) > length) {
    throw Error(ErrorKind::kInvalidArgument, "a text of " + std::to_string(longest) + " tokens does not fit into " +
                                                 std::to_string(length) + "; truncate it first");
  }
  TokenBatch result;
  result.texts = static_cast<std::int64_t>(texts.size());
  result.length = length != 0 ? length : static_cast<std::int64_t>(longest);
  const auto width = static_cast<std::size_t>(result.length);
  result.ids.assign(texts.size() * width, vocabulary_->special().pad);
  result.mask.assign(texts.size() * width, 0);
  for (std::size_t t = 0; t < texts.size(); ++t) {
    std::copy(texts[t].begin(), texts[t].end(), result.ids.begin() + static_cast<std::ptrdiff_t>(t * width));
    std::fill_n(result.mask.begin() + static_cast<std::ptrdiff_t>(t * width), texts[t].size(), std::uint8_t{1});
  }
  return result;
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
  clean_up(text);
  return text;
}

}  // namespace blip
