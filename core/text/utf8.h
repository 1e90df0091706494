#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace blip {

// What malformed bytes are read as.
inline constexpr char32_t kReplacementCharacter = 0xFFFD;

// The code point at `position`, which must lie inside `text`; moves `position` behind it. A byte that starts no
// well-formed sequence (overlong forms, surrogates and values above U+10FFFF included) is read alone, as
// kReplacementCharacter.
char32_t next_code_point(std::string_view text, std::size_t& position) noexcept;

std::vector<char32_t> code_points(std::string_view text);  // as next_code_point() reads them

void append_utf8(std::string& text, char32_t code_point);  // any Unicode scalar value

// The text with what is malformed as U+FFFD: one for the longest beginning of a sequence that might have been well
// formed, else one a byte, as Python decodes with errors="replace".
std::string replace_malformed(std::string_view bytes);

bool is_utf8(std::string_view text) noexcept;

}  // namespace blip
