#include "core/text/byte_bpe_training.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "core/text/byte_alphabet.h"
#include "core/text/gpt2_words.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

using Id = std::int32_t;
using Pair = std::pair<Id, Id>;

constexpr std::int64_t kSpecials = 4, kBytes = 256, kMostTokens = 1'000'000;

struct Word {
  std::vector<Id> pieces;
  std::int64_t count = 0;
};

// How often each pair stands in the words, in which of them, and the most frequent one.
class PairCounts {
 public:
  void add(const Pair& pair, std::int64_t count, std::size_t word) {
    Entry& entry = entries_[pair];
    if (entry.count > 0) order_.erase({-entry.count, pair});
    entry.count += count;
    if (count > 0) entry.words.insert(word);
    if (entry.count > 0) order_.insert({-entry.count, pair});
  }
  // {count, pair}; count 0 when there is none.
  std::pair<std::int64_t, Pair> most_frequent() const {
    if (order_.empty()) return {0, {}};
    return {-order_.begin()->first, order_.begin()->second};
  }
  std::vector<std::size_t> words_with(const Pair& pair) const {
    const auto& words = entries_.at(pair).words;
    return {words.begin(), words.end()};
  }

 private:
  struct Entry {
    std::int64_t count = 0;
    std::set<std::size_t> words;  // in which it stands or stood
  };
  std::map<Pair, Entry> entries_;
  std::set<std::pair<std::int64_t, Pair>> order_;  // by falling count, then by the lower ids
};

// The bytes in the order of their characters, as the tokenizers library numbers them.
std::vector<std::string> first_tokens() {
  std::vector<char32_t> characters;
  for (unsigned byte = 0; byte < kBytes; ++byte) characters.push_back(byte_character(static_cast<unsigned char>(byte)));
  std::sort(characters.begin(), characters.end());
  std::vector<std::string> tokens{"<s>", "<pad>", "</s>", "<unk>"};
  for (const char32_t character : characters) append_utf8(tokens.emplace_back(), character);
  return tokens;
}

std::vector<Word> words_of(std::span<const std::string> texts, const ByteBpe& bytes) {
  std::map<std::string_view, std::int64_t> counts;
  for (const std::string& text : texts) {
    for (const std::string_view word : gpt2_words(text)) ++counts[word];
  }
  std::vector<Word> words;
  std::vector<std::int64_t> ids;
  for (const auto& [text, count] : counts) {
    ids.clear();
    bytes.append_ids(text, ids);
    words.push_back({{ids.begin(), ids.end()}, count});
  }
  return words;
}

void count_pairs(const Word& word, std::size_t index, std::int64_t sign, PairCounts& counts) {
  for (std::size_t i = 1; i < word.pieces.size(); ++i)
    counts.add({word.pieces[i - 1], word.pieces[i]}, sign * word.count, index);
}

void merge(const Pair& pair, Id result, Word& word) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < word.pieces.size(); ++i) {
    const bool found = i + 1 < word.pieces.size() && Pair{word.pieces[i], word.pieces[i + 1]} == pair;
    word.pieces[kept++] = found ? result : word.pieces[i];
    if (found) ++i;
  }
  word.pieces.resize(kept);
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  FileOutput file(path);
  file.write(text);
  file.finish();
}

}  // namespace

ByteBpeTables train_byte_bpe(std::span<const std::string> texts, std::int64_t vocab_size) {
  if (vocab_size < kSpecials + kBytes || vocab_size > kMostTokens) {
    throw Error(ErrorKind::kInvalidArgument, "a byte-level vocabulary has from " + std::to_string(kSpecials + kBytes) +
                                                 " to " + std::to_string(kMostTokens) + " tokens, found " +
                                                 std::to_string(vocab_size));
  }
  ByteBpeTables tables{first_tokens(), {}};
  std::vector<Word> words = words_of(texts, ByteBpe(tables, "the bytes"));
  if (words.empty()) throw Error(ErrorKind::kInvalidArgument, "there is no text to learn a vocabulary from");
  PairCounts counts;
  for (std::size_t i = 0; i < words.size(); ++i) count_pairs(words[i], i, 1, counts);
  std::unordered_map<std::string, Id> ids;
  for (std::size_t id = 0; id < tables.tokens.size(); ++id) ids.emplace(tables.tokens[id], static_cast<Id>(id));
  while (static_cast<std::int64_t>(tables.tokens.size()) < vocab_size) {
    const auto [count, pair] = counts.most_frequent();
    if (count < 2) break;
    const std::string &left = tables.tokens[static_cast<std::size_t>(pair.first)],
                      &right = tables.tokens[static_cast<std::size_t>(pair.second)];
    std::string token = left + right;
    tables.merges.emplace_back(left, right);
    // Two ways to one token: the later rule leads to the same id.
    const auto [place, is_new] = ids.emplace(token, static_cast<Id>(tables.tokens.size()));
    if (is_new) tables.tokens.push_back(std::move(token));
    for (const std::size_t index : counts.words_with(pair)) {
      count_pairs(words[index], index, -1, counts);
      merge(pair, place->second, words[index]);
      count_pairs(words[index], index, 1, counts);
    }
  }
  return tables;
}

void write_byte_bpe(const ByteBpeTables& tables, const std::filesystem::path& folder) {
  std::string vocab = "{";
  for (std::size_t id = 0; id < tables.tokens.size(); ++id) {
    vocab += (id == 0 ? "" : ",") + nlohmann::json(tables.tokens[id]).dump() + ":" + std::to_string(id);
  }
  std::string merges = "#version: 0.2\n";
  for (const auto& [left, right] : tables.merges) merges += left + " " + right + "\n";
  const nlohmann::ordered_json config{{"add_bos_token", true},
                                      {"add_prefix_space", false},
                                      {"bos_token", "</s>"},
                                      {"eos_token", "</s>"},
                                      {"errors", "replace"},
                                      {"pad_token", "<pad>"},
                                      {"tokenizer_class", "GPT2Tokenizer"},
                                      {"unk_token", "</s>"}};
  write_file(folder / "vocab.json", vocab + "}\n");
  write_file(folder / "merges.txt", merges);
  write_file(folder / "tokenizer_config.json", config.dump(2) + "\n");
}

}  // namespace blip
