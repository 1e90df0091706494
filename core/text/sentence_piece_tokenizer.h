#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/language_tokenizer.h"
#include "core/text/language_tokenizer_files.h"
#include "core/text/special_names.h"

namespace blip {

// T5's tokenizer: a SentencePiece model (arXiv 1808.06226), behind its pieces <extra_id_N> with the highest N first,
// and "</s>" behind a text.
class SentencePieceTokenizer final : public LanguageTokenizer {
 public:
  // `model`: the bytes of a spiece.model. Throws Error(kInvalidData) that names `source`.
  SentencePieceTokenizer(std::string_view model, const TokenizerNotes& notes, const std::string& source);
  ~SentencePieceTokenizer() override;

  LanguageTokenizerKind kind() const noexcept override { return LanguageTokenizerKind::kSentencePiece; }
  const LanguageTokens& special() const noexcept override { return special_; }
  std::int64_t size() const noexcept override { return size_; }
  std::vector<std::int64_t> encode_plain(std::string_view text) const override;
  std::string decode(std::span<const std::int64_t> ids, DecodeOptions options = {}) const override;

 private:
  struct Pieces;  // the library's processor

  std::string as_transformers(std::span<const std::int64_t> ids, bool skip_special) const;
  std::string as_the_library(std::span<const std::int64_t> ids) const;

  std::unique_ptr<Pieces> pieces_;
  LanguageTokens special_;
  SpecialNames names_;
  std::vector<std::string> name_of_;  // of special tokens, by id; "" for others
  std::int64_t size_ = 0;
};

}  // namespace blip
