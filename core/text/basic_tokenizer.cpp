#include "core/text/basic_tokenizer.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "core/text/utf8.h"

namespace blip {
namespace {

enum class CharKind : std::uint8_t { kDropped, kBlank, kPunctuation, kIdeograph, kLetter };

constexpr CharKind ascii_kind(int c) {
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return CharKind::kBlank;
  if (c < 32 || c == 127) return CharKind::kDropped;
  const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return alphanumeric ? CharKind::kLetter : CharKind::kPunctuation;
}

constexpr auto kAsciiKinds = [] {
  std::array<CharKind, 128> kinds{};
  for (int c = 0; c < 128; ++c) kinds[static_cast<std::size_t>(c)] = ascii_kind(c);
  return kinds;
}();

// The blocks BERT takes for Chinese; Hiragana, Katakana and Hangul are written with blanks or split by WordPiece.
bool is_ideograph(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
         (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B820 && c <= 0x2CEAF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

CharKind kind_of(char32_t c) {
  if (c < 128) return kAsciiKinds[c];
  if (c == kReplacementCharacter) return CharKind::kDropped;
  if (is_ideograph(c)) return CharKind::kIdeograph;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
      return CharKind::kDropped;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return CharKind::kBlank;
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_PS:
      return CharKind::kPunctuation;
    default:
      return CharKind::kLetter;
  }
}

char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 128;
}

}  // namespace

BasicTokenizer::BasicTokenizer(std::string_view text, std::span<const std::string_view> never_split)
    : text_(text), never_split_(never_split) {}

bool BasicTokenizer::next(BasicWord& word) {
  while (token_position_ == token_.size()) {
    if (!read_token()) return false;
    token_is_whole_ =
        token_[0] == '[' && std::find(never_split_.begin(), never_split_.end(), token_) != never_split_.end();
    if (!token_is_whole_) normalise_token();
  }
  word = cut_word();
  return true;
}

bool BasicTokenizer::read_token() {
  token_.clear();
  token_position_ = 0;
  token_is_ascii_ = true;
  while (position_ < text_.size()) {
    const std::size_t before = position_;
    const char32_t c =
        is_ascii(text_[position_]) ? static_cast<char32_t>(text_[position_++]) : next_code_point(text_, position_);
    const CharKind kind = kind_of(c);
    if (kind == CharKind::kDropped) continue;
    if (kind == CharKind::kBlank || kind == CharKind::kIdeograph) {
      if (!token_.empty()) {
        position_ = before;
        return true;
      }
      if (kind == CharKind::kBlank) continue;
    }
    token_.append(text_.substr(before, position_ - before));
    token_is_ascii_ = token_is_ascii_ && c < 128;
    if (kind == CharKind::kIdeograph) return true;
  }
  return !token_.empty();
}

void BasicTokenizer::normalise_token() {
  if (token_is_ascii_) {
    std::transform(token_.begin(), token_.end(), token_.begin(), ascii_lower);
    return;
  }
  lowered_.clear();
  for (std::size_t position = 0; position < token_.size();) {
    const auto c = static_cast<utf8proc_int32_t>(next_code_point(token_, position));
    append_utf8(lowered_, static_cast<char32_t>(utf8proc_tolower(c)));
  }
  const auto decompose = [&] {
    return utf8proc_decompose(reinterpret_cast<const utf8proc_uint8_t*>(lowered_.data()),
                              static_cast<utf8proc_ssize_t>(lowered_.size()), decomposed_.data(),
                              static_cast<utf8proc_ssize_t>(decomposed_.size()), UTF8PROC_DECOMPOSE);
  };
  utf8proc_ssize_t count = decompose();
  if (count > static_cast<utf8proc_ssize_t>(decomposed_.size())) {
    decomposed_.resize(static_cast<std::size_t>(count));
    count = decompose();
  }
  token_.clear();
  for (utf8proc_ssize_t i = 0; i < count; ++i) {
    const std::int32_t c = decomposed_[static_cast<std::size_t>(i)];
    if (utf8proc_category(c) != UTF8PROC_CATEGORY_MN) append_utf8(token_, static_cast<char32_t>(c));
  }
}

BasicWord BasicTokenizer::cut_word() {
  const std::string_view token = token_;
  const std::size_t begin = token_position_;
  std::size_t characters = 0;
  while (token_position_ < token.size()) {
    std::size_t after = token_position_;
    const char32_t c = is_ascii(token[after]) ? static_cast<char32_t>(token[after++]) : next_code_point(token, after);
    const bool is_mark = !token_is_whole_ && kind_of(c) == CharKind::kPunctuation;
    if (is_mark && characters > 0) break;
    token_position_ = after;
    ++characters;
    if (is_mark) break;
  }
  return {token.substr(begin, token_position_ - begin), characters};
}

}  // namespace blip
