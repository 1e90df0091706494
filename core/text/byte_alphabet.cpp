#include "core/text/byte_alphabet.h"

#include <array>

#include "core/text/utf8.h"

namespace blip {
namespace {

constexpr char32_t kFirstStandIn = 0x100;
constexpr std::size_t kStandIns = 68;

constexpr bool is_itself(unsigned byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
}

struct Alphabet {
  std::array<char32_t, 256> characters{};
  std::array<unsigned char, kStandIns> stood_for{};  // by stand-in, counted from the first
};

constexpr Alphabet make_alphabet() {
  Alphabet alphabet;
  std::size_t stand_ins = 0;
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (is_itself(byte)) {
      alphabet.characters[byte] = byte;
    } else {
      alphabet.characters[byte] = kFirstStandIn + static_cast<char32_t>(stand_ins);
      alphabet.stood_for[stand_ins++] = static_cast<unsigned char>(byte);
    }
  }
  return alphabet;
}

constexpr Alphabet kAlphabet = make_alphabet();

}  // namespace

char32_t byte_character(unsigned char byte) noexcept {
  return kAlphabet.characters[byte];
}

std::optional<unsigned char> character_byte(char32_t character) noexcept {
  if (character < kFirstStandIn) {
    if (is_itself(character)) return static_cast<unsigned char>(character);
  } else if (character - kFirstStandIn < kStandIns) {
    return kAlphabet.stood_for[character - kFirstStandIn];
  }
  return std::nullopt;
}

std::string to_byte_characters(std::string_view bytes) {
  std::string characters;
  for (const char byte : bytes) append_utf8(characters, byte_character(static_cast<unsigned char>(byte)));
  return characters;
}

std::string from_byte_characters(std::string_view characters) {
  std::string bytes;
  for (std::size_t position = 0; position < characters.size();) {
    const std::size_t begin = position;
    if (const auto byte = character_byte(next_code_point(characters, position))) {
      bytes += static_cast<char>(*byte);
    } else {
      bytes.append(characters, begin, position - begin);
    }
  }
  return bytes;
}

}  // namespace blip
