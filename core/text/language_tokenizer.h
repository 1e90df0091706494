#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace blip {

// Ids with a meaning of their own for a language model. start: OPT "</s>" (2), in front of every text; T5 "<pad>" (0),
// which the decoder begins with. end: what ends a text that is generated, OPT the id of "\n", T5 "</s>" (1).
struct LanguageTokens {
  std::int64_t start = 0, end = 0, pad = 0, unk = 0;
};

enum class LanguageTokenizerKind { kByteBpe, kSentencePiece };  // OPT's, T5's

struct DecodeOptions {
  bool skip_special = true;
  bool clean_up =
      false;  // blanks before marks and contractions go (" ," -> ","), as transformers 4 does and LAVIS with it
  // T5: what is unknown becomes " ⁇ ", as the SentencePiece library decodes, special tokens left out; else transformers
  // 5 is followed, which leaves it out.
  bool mark_unknown = false;
};

// The tokenizer of BLIP-2's language model: OPT's byte-level BPE or T5's SentencePiece. Immutable; safe to share.
class LanguageTokenizer {
 public:
  virtual ~LanguageTokenizer() = default;
  virtual LanguageTokenizerKind kind() const noexcept = 0;
  virtual const LanguageTokens& special() const noexcept = 0;
  virtual std::int64_t size() const noexcept = 0;  // ids; the model's tables may have more rows

  // The ids of UTF-8 text without any that frame it. Names of special tokens in the text are those tokens, as in
  // transformers 5. Throws Error(kInvalidArgument) for text that is no UTF-8.
  virtual std::vector<std::int64_t> encode_plain(std::string_view text) const = 0;
  // As the language model reads a prompt: OPT "</s>" in front, T5 "</s>" behind; at most `max_length` ids, that one
  // kept (0 = all). Throws as above, and for a negative max_length.
  std::vector<std::int64_t> encode(std::string_view text, std::int64_t max_length = 0) const;
  // Ids outside the vocabulary are left out; bytes that are no UTF-8 become U+FFFD.
  virtual std::string decode(std::span<const std::int64_t> ids, DecodeOptions options = {}) const = 0;
};

// The tokenizer in `folder`: spiece.model (T5), else tokenizer.json with a byte-level BPE, else vocab.json and
// merges.txt (OPT); names of special tokens from Hugging Face's files beside it. Or one of these files. Throws
// Error(kNotFound) naming what was looked for, kInvalidData for a file that is damaged.
std::unique_ptr<LanguageTokenizer> load_language_tokenizer(const std::filesystem::path& folder);

}  // namespace blip
