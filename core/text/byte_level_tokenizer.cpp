#include "core/text/byte_level_tokenizer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/text/byte_alphabet.h"
#include "core/text/decoded_text.h"
#include "core/text/gpt2_words.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

constexpr std::int64_t kMostBehind = 10'000;  // ids that added tokens may lie behind the vocabulary

std::optional<std::int64_t> id_of(const std::vector<std::string>& tokens, const TokenizerNotes& notes,
                                  const std::string& name) {
  for (const auto& [added, id] : notes.added) {
    if (added == name) return id;
  }
  const auto found = std::find(tokens.begin(), tokens.end(), name);
  if (found == tokens.end()) return std::nullopt;
  return found - tokens.begin();
}

}  // namespace

ByteLevelTokenizer::ByteLevelTokenizer(ByteBpeTables tables, const TokenizerNotes& notes, const std::string& source)
    : bpe_(tables, source) {
  std::vector<std::pair<std::string, std::int64_t>> names = notes.added;
  const auto required = [&](const std::optional<std::string>& noted, const char* usual) {
    const std::string name = noted.value_or(usual);
    const auto id = id_of(tables.tokens, notes, name);
    if (!id) throw Error(ErrorKind::kInvalidData, "'" + source + "' has no token '" + name + "'");
    const std::pair entry{name, *id};
    if (std::find(names.begin(), names.end(), entry) == names.end()) names.push_back(entry);
    return *id;
  };
  special_.start = required(notes.start, "</s>");
  special_.pad = required(notes.pad, "<pad>");
  special_.unk = required(notes.unk ? notes.unk : notes.start, "</s>");
  if (notes.end) required(notes.end, "</s>");
  std::vector<std::int64_t> newline;
  bpe_.append_ids("\n", newline);
  special_.end = newline.front();

  for (const std::string& token : tables.tokens) bytes_.push_back(from_byte_characters(token));
  for (const auto& [name, id] : names) {
    if (id > size() + kMostBehind)
      throw Error(ErrorKind::kInvalidData, "'" + source + "' has " + std::to_string(size()) + " tokens, but '" + name +
                                               "' has id " + std::to_string(id) + " in the files beside it");
    if (static_cast<std::size_t>(id) >= bytes_.size()) bytes_.resize(static_cast<std::size_t>(id) + 1);
    bytes_[static_cast<std::size_t>(id)] = name;
  }
  names_ = SpecialNames(std::move(names));
}

std::vector<std::int64_t> ByteLevelTokenizer::encode_plain(std::string_view text) const {
  if (!is_utf8(text)) throw Error(ErrorKind::kInvalidArgument, "a text for the language model is not valid UTF-8");
  std::vector<std::int64_t> ids;
  for (const SpecialNames::Part& part : names_.split(text)) {
    if (part.id >= 0) {
      ids.push_back(part.id);
      continue;
    }
    for (const std::string_view word : gpt2_words(part.text)) bpe_.append_ids(word, ids);
  }
  return ids;
}

std::string ByteLevelTokenizer::decode(std::span<const std::int64_t> ids, DecodeOptions options) const {
  std::string bytes;
  for (const std::int64_t id : ids) {
    if (id < 0 || id >= size() || (options.skip_special && names_.holds(id))) continue;
    bytes += bytes_[static_cast<std::size_t>(id)];
  }
  std::string text = replace_malformed(bytes);
  if (options.clean_up) clean_up_spaces(text);
  return text;
}

}  // namespace blip
