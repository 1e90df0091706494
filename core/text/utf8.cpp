#include "core/text/utf8.h"

namespace blip {
namespace {

// Length of the sequence that `lead` starts (0 = none does) and the range its second byte must lie in.
struct Sequence {
  std::size_t length;
  unsigned char low, high;
};

Sequence sequence_of(unsigned char lead) noexcept {
  if (lead < 0x80) return {1, 0, 0};
  if (lead < 0xC2) return {0, 0, 0};
  if (lead < 0xE0) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead < 0xF4) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

// Length of the well-formed sequence at `position`, 0 where there is none.
std::size_t well_formed_length(std::string_view text, std::size_t position) noexcept {
  const Sequence sequence = sequence_of(static_cast<unsigned char>(text[position]));
  if (sequence.length <= 1) return sequence.length;
  if (text.size() - position < sequence.length) return 0;
  const auto second = static_cast<unsigned char>(text[position + 1]);
  if (second < sequence.low || second > sequence.high) return 0;
  for (std::size_t i = 2; i < sequence.length; ++i) {
    if ((static_cast<unsigned char>(text[position + i]) & 0xC0) != 0x80) return 0;
  }
  return sequence.length;
}

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& position) noexcept {
  const std::size_t length = well_formed_length(text, position);
  if (length == 0) {
    ++position;
    return kReplacementCharacter;
  }
  const auto lead = static_cast<unsigned char>(text[position]);
  char32_t code_point = length == 1 ? lead : lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    code_point = code_point << 6 | (static_cast<unsigned char>(text[position + i]) & 0x3Fu);
  }
  position += length;
  return code_point;
}

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> result;
  result.reserve(text.size());
  for (std::size_t position = 0; position < text.size();) result.push_back(next_code_point(text, position));
  return result;
}

void append_utf8(std::string& text, char32_t code_point) {
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
    return;
  }
  if (code_point < 0x800) {
    text += static_cast<char>(0xC0 | code_point >> 6);
  } else {
    if (code_point < 0x10000) {
      text += static_cast<char>(0xE0 | code_point >> 12);
    } else {
      text += static_cast<char>(0xF0 | code_point >> 18);
      text += static_cast<char>(0x80 | (code_point >> 12 & 0x3F));
    }
    text += static_cast<char>(0x80 | (code_point >> 6 & 0x3F));
  }
  text += static_cast<char>(0x80 | (code_point & 0x3F));
}

std::string replace_malformed(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t position = 0; position < bytes.size();) {
    if (const std::size_t length = well_formed_length(bytes, position); length != 0) {
      text.append(bytes, position, length);
      position += length;
      continue;
    }
    append_utf8(text, kReplacementCharacter);
    const Sequence sequence = sequence_of(static_cast<unsigned char>(bytes[position++]));
    for (std::size_t i = 1; i < sequence.length && position < bytes.size(); ++i, ++position) {
      const auto byte = static_cast<unsigned char>(bytes[position]);
      const bool goes_on = i == 1 ? byte >= sequence.low && byte <= sequence.high : (byte & 0xC0) == 0x80;
      if (!goes_on) break;
    }
  }
  return text;
}

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t length = well_formed_length(text, position);
    if (length == 0) return false;
    position += length;
  }
  return true;
}

}  // namespace blip
