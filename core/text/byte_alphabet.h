#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace blip {

// GPT-2's alphabet, in which byte-level vocabularies are written: each byte value has a printable character. Printable
// ones of Latin-1 are themselves, the other 68 are U+0100 and on in their order: a blank is U+0120, "\n" U+010A.
char32_t byte_character(unsigned char byte) noexcept;
std::optional<unsigned char> character_byte(char32_t character) noexcept;

std::string to_byte_characters(std::string_view bytes);  // UTF-8
// The bytes that `characters` (UTF-8) stand for; a character outside the alphabet stands for itself.
std::string from_byte_characters(std::string_view characters);

}  // namespace blip
