#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace blip {

// Ids of the tokens that are no text. [DEC] starts what a decoder writes, [ENC] what the image-grounded encoder reads.
// encode is -1 where there is no [ENC].
struct SpecialTokens {
  std::int64_t pad = 0, unk = 0, cls = 0, sep = 0, mask = 0, decode = 0, encode = 0;
};

// What is added behind a vocabulary's entries unless it is among them.
enum class AddedTokens {
  kDecodeAndEncode,  // BLIP: [DEC] and [ENC]
  kDecode,           // BLIP-2's Q-Former: [DEC]
};

// A WordPiece vocabulary: token <-> id, ids counted from 0. Immutable, so safe to share between threads; moved but not
// copied, as the index points into the tokens.
class Vocabulary {
 public:
  // vocab.txt (a token a line) or, if the name ends in ".json", Hugging Face's tokenizer.json. Throws Error(kNotFound,
  // kInvalidData, kUnsupported) naming the file: empty, not UTF-8, a blank or repeated token, an id left out, [PAD]
  // [UNK] [CLS] [SEP] [MASK] missing, not WordPiece. A placeholder for pictures ("<image>") in a tokenizer.json is no
  // part of the vocabulary.
  static Vocabulary load(const std::filesystem::path& path, AddedTokens added = AddedTokens::kDecodeAndEncode);

  // The same from memory; `source` names the origin in errors.
  static Vocabulary parse_vocab_txt(std::string_view text, const std::string& source = "vocabulary",
                                    AddedTokens added = AddedTokens::kDecodeAndEncode);
  static Vocabulary parse_tokenizer_json(std::string_view json, const std::string& source = "vocabulary",
                                         AddedTokens added = AddedTokens::kDecodeAndEncode);
  static Vocabulary from_tokens(std::vector<std::string> tokens, const std::string& source = "vocabulary",
                                AddedTokens added = AddedTokens::kDecodeAndEncode);

  Vocabulary(Vocabulary&&) = default;
  Vocabulary& operator=(Vocabulary&&) = default;

  std::int64_t size() const noexcept { return static_cast<std::int64_t>(tokens_.size()); }  // what was added included
  const std::string& token(std::int64_t id) const;  // throws Error(kInvalidArgument) for an id outside [0, size)
  std::optional<std::int64_t> find(std::string_view token) const;
  const SpecialTokens& special() const noexcept { return special_; }
  bool is_special(std::int64_t id) const noexcept;

  // Throws Error(kInvalidData) unless a checkpoint whose word embeddings have `rows` rows fits this vocabulary.
  void expect_size(std::int64_t rows) const;

 private:
  Vocabulary() = default;

  std::string source_;
  std::vector<std::string> tokens_;
  std::unordered_map<std::string_view, std::int64_t> ids_;
  SpecialTokens special_;
  std::int64_t listed_ = 0;  // entries of the file itself
  AddedTokens added_ = AddedTokens::kDecodeAndEncode;
};

}  // namespace blip
