#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/byte_bpe.h"
#include "core/text/language_tokenizer.h"
#include "core/text/language_tokenizer_files.h"
#include "core/text/special_names.h"

namespace blip {

// OPT's tokenizer: GPT-2's byte-level BPE with "</s>" in front of a text. Any bytes of a text come back from its ids.
class ByteLevelTokenizer final : public LanguageTokenizer {
 public:
  // Names that the notes do not give are OPT's own: "</s>" and "<pad>". Throws Error(kInvalidData) that names `source`.
  ByteLevelTokenizer(ByteBpeTables tables, const TokenizerNotes& notes, const std::string& source);

  LanguageTokenizerKind kind() const noexcept override { return LanguageTokenizerKind::kByteBpe; }
  const LanguageTokens& special() const noexcept override { return special_; }
  std::int64_t size() const noexcept override { return static_cast<std::int64_t>(bytes_.size()); }
  std::vector<std::int64_t> encode_plain(std::string_view text) const override;
  std::string decode(std::span<const std::int64_t> ids, DecodeOptions options = {}) const override;

 private:
  ByteBpe bpe_;
  LanguageTokens special_;
  SpecialNames names_;
  std::vector<std::string> bytes_;  // of each token, by id; names as they are written
};

}  // namespace blip
